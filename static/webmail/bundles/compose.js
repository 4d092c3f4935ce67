function d(i,t=document){return t.querySelector(i)}function f(i,t=document){return[...t.querySelectorAll(i)]}function a(i,t=document){let e=d(i,t);if(!e)throw new Error(`This page has no ${i}`);return e}
function u(i,t=document){return t.querySelector(i)}function b(i,t=document){return[...t.querySelectorAll(i)]}function S(i){return a(`template#${i}`).content.cloneNode(!0)}function lt(i){let t=document.
createElement("template");return t.innerHTML=i.trim(),t.content}function $(i){return lt(i).firstElementChild}var I=i=>`<svg class="icon" aria-hidden="true"><use href="#i-${i}"/></svg>`;var _=null,At=()=>JSON.parse(document.getElementById("words")?.textContent??"{}");function Ot(i){_={..._??At(),...i}}function St(i){_??=At();let t=_?.[i];if(t===void 0)throw new Error(`This page has n\
o words for ${i}`);return t}var l=(i,t={})=>Lt(String(St(i)),t);function H(i,t,e={}){let s=St(i),n=new Intl.PluralRules(document.documentElement.lang).select(t);return Lt(s[n]??s.other??"",{...e,number:Ce(
t)})}var Lt=(i,t)=>i.replace(/%\((\w+)\)s/g,(e,s)=>String(t[s])),Ce=i=>i.toLocaleString(`${document.documentElement.lang}-u-nu-latn`);var Ct=[["kB",1e3],["MB",1e6],["GB",1e9]];function O(i,t=document.documentElement.lang){if(i<1e3)return`${i} B`;let[e,s]=Ct.find(([,o])=>i<999.95*o)??Ct.at(-1);return`${(Math.round(i/s*10)/10).toLocaleString(
`${t}-u-nu-latn`,{useGrouping:!1})} ${e}`}var x=()=>document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];var p=(i,t)=>a(`[data-spot="${t}"]`,i),Pt=(i,t)=>d(`[data-spot="${t}"]`,i);function q(i,t){let e=K(i).find(s=>s.value===t.token);e?e.checked=!0:t.isFile?p(i,"chosen").append(U(i,t)):a("[data-picked]",i).append(U(i,t)),i.dispatchEvent(new Event("change",{bubbles:!0}))}var K=i=>b(
"[name=kept]",i);function U(i,t){let s=a("template[data-chip]",i).content.cloneNode(!0),n=u("[data-box]",s);return Object.assign(n,{name:"kept",value:t.token}),n.dataset.size=t.octets,n.dataset.part=JSON.
stringify(t),Object.assign(a("[data-offered]",s),{name:"offered",value:t.token}),a("use",s).setAttribute("href",t.icon),Object.assign(a(".name",s),{textContent:t.name,title:t.name}),a(".size",s).textContent=
t.size,t.isFile&&d(".stays",s)?.remove(),s}var Dt=i=>K(i).map(t=>t.value);function $t(i,t){for(let e of K(i))t.includes(e.value)&&delete e.dataset.part}var It=i=>K(i).filter(t=>t.dataset.part&&t.checked).
map(t=>JSON.parse(t.dataset.part??""));function Nt(i){let t=d("[data-pick]",i);t?.addEventListener("click",e=>{e.preventDefault(),Pe(i,t)})}function Pe(i,t){let e=document.createElement("dialog");e.className="picking",e.setAttribute("aria-\
label",t.textContent?.trim()??""),document.body.append(e),e.addEventListener("close",()=>{e.remove(),t.focus()}),e.addEventListener("click",n=>{n.target.closest("[data-close]")&&(n.preventDefault(),e.
close())}),e.addEventListener("submit",n=>{n.preventDefault();let o=n.target,r=n.submitter;if(r?.value!=="attach"){Rt(e,o.action,new FormData(o,r));return}for(let c of b("[name=part]:checked",e))q(i,$e(
c));e.close()});let s=u("[name=once]",i)?.value??"";Rt(e,`${t.dataset.pick}?${new URLSearchParams({form:s})}`),e.showModal()}async function Rt(i,t,e){let s=x();s&&e?.set("csrfmiddlewaretoken",s),i.setAttribute(
"aria-busy","true");try{let o=await fetch(t,{method:e?"POST":"GET",body:e,headers:{"X-Pane":"picker"}}),r=await o.text(),c=(o.headers.get("Content-Type")??"").includes("html");if(!o.ok||!c)throw new Error(
c?"":JSON.parse(r).text);i.innerHTML=r,d("[autofocus]",i)?.focus()}catch(n){De(i,n instanceof TypeError?"":n.message)}i.removeAttribute("aria-busy")}function De(i,t){d("[data-problem]",i)?.remove();let e=$(
'<p class="note bad" role="alert" data-problem></p>');if(e.textContent=t||l("pickFailed"),i.prepend(e),d("[data-close]",i))return;let s=$(`<button type="button" data-close>${I("close")}</button>`);s.setAttribute(
"aria-label",l("close")),e.append(s)}function $e(i){let t=i.closest("label");return{token:i.value,name:i.dataset.name??"",size:a(".size",t).textContent??"",octets:i.dataset.size??"0",icon:a("use",t).getAttribute(
"href")??""}}var Ie=262144,Re=65536,Ne=4194304,Be=2e3,Me=8e3,je=12e4,Fe=3e4,L=class extends Error{constructor(t,e){super(t),this.kind=e}};function ze(i,t){return t<Be?Math.min(Ne,i*2):t>Me?Math.max(Re,Math.floor(i/
2)):i}var We=i=>Object.entries(i).map(([t,e])=>{let s=new TextEncoder().encode(e);return`${t} ${btoa(Array.from(s,n=>String.fromCharCode(n)).join(""))}`}).join(","),J=class{constructor(t,e,s,n){this.file=
t,this.address=e,this.form=s,this.show=n,this.place="",this.offset=0,this.piece=Ie,this.isPaused=!1,this.isCut=!1,this.stopping=new AbortController}get token(){return`upload.${this.place.split("/").filter(
Boolean).at(-1)}`}async run(){this.isPaused=!1,this.stopping=new AbortController;for(let t=0;!this.isPaused;)try{if(this.place?this.isCut&&await this.look():await this.begin(),this.isCut=!1,t=0,this.offset>=
this.file.size)return await this.check();await this.sendPiece(),this.show(this)}catch(e){if(e instanceof L)throw e;if(this.isPaused)return!1;this.isCut=!0,this.show(this),t+=1,await this.wait(Math.min(
Fe,1e3*2**t))}return!1}pause(){this.isPaused=!0,this.isCut=!0,this.stopping.abort()}async remove(){this.pause(),this.place&&await this.ask(this.place,"DELETE").catch(()=>{})}async begin(){let{name:t,type:e,
size:s,lastModified:n}=this.file,o={form:this.form,name:t,type:e,modified:String(n)},r={"Upload-Length":String(s),"Upload-Metadata":We(o)},c=await this.ask(this.address,"POST",r);this.place=c.headers.
get("Location")??"",this.offset=Number(c.headers.get("Upload-Offset"))}async look(){let t=await this.ask(this.place,"HEAD");this.place?this.offset=Number(t.headers.get("Upload-Offset")):await this.begin()}async sendPiece(){
let t=this.file.slice(this.offset,this.offset+this.piece),e=await Bt(t),s=performance.now(),n={"Upload-Offset":String(this.offset),"Content-Type":"application/offset+octet-stream"},o=await this.ask(this.
place,"PATCH",n,e);this.piece=ze(this.piece,performance.now()-s);let r=o.headers.get("Upload-Offset");r===null?this.isCut=!0:this.offset=Number(r)}async check(){return await Bt(this.file.slice(-1)),!0}async ask(t,e,s={},n=void 0){
let o={"Tus-Resumable":"1.0.0","X-Pane":"upload","X-CSRFToken":x()??""},{signal:r}=this.stopping,c=setTimeout(()=>this.stopping.abort(),je),h;try{let w={...s,...o};h=await fetch(t,{method:e,headers:w,
body:n,signal:r,redirect:"manual"})}finally{clearTimeout(c),r.aborted&&!this.isPaused&&(this.stopping=new AbortController)}if(h.ok)return h;if(h.status===404&&this.place&&e!=="DELETE")return this.place=
"",h;if([409,423].includes(h.status)&&e==="PATCH")throw new Error("elsewhere");if(h.status>=500||h.status===429||h.status===423)throw new Error(String(h.status));let E=(h.headers.get("Content-Type")??
"").includes("json")?await h.json():{};throw new L(E.text??"",h.status===401||E.login?"ended":"refused")}wait(t){let{signal:e}=this.stopping;return new Promise(s=>{let n=()=>{clearTimeout(o),removeEventListener(
"online",n),e.removeEventListener("abort",n),s(void 0)},o=setTimeout(n,t);addEventListener("online",n),e.addEventListener("abort",n)})}};async function Bt(i){try{return await i.arrayBuffer()}catch{throw new L(
"","changed")}}var _e=3,ct=1.37,G=class{constructor(t,e){this.form=t,this.weigh=e,this.address=a("[data-uploads]",t).dataset.uploads??"",this.chips=new Map,this.running=new Set,this.queue=[],this.sending=null,t.addEventListener(
"submit",s=>this.holdBack(s),{capture:!0}),addEventListener("beforeunload",s=>{this.chips.size&&t.isConnected&&s.preventDefault()})}add(t){let e=u("[name=once]",this.form)?.value??"";for(let s of t){let n=new J(
s,this.address,e,r=>this.draw(r)),o=this.chipOf(n);this.chips.set(n,o),p(this.form,"chosen").append(o),this.draw(n),this.queue.push(n)}this.changed(),p(this.form,"chosen").lastElementChild?.scrollIntoView(
{block:"nearest"}),this.next()}next(){for(;this.running.size<_e&&this.queue.length;){let t=this.queue.shift();this.chips.has(t)&&this.run(t)}this.sending&&!this.running.size&&!this.queue.length&&this.
release()}async run(t){this.running.add(t),this.say(t,""),this.draw(t);try{await t.run()&&this.end(t)}catch(e){let s=e instanceof L,n=s&&e.kind==="changed"?"fileChanged":"uploadFailed";this.say(t,s&&e.
message||l(n)),s&&e.kind==="changed"&&await t.remove(),t.isPaused=!0}this.running.delete(t),this.draw(t),this.next()}end(t){let{file:e,token:s}=t,n=String(Math.round(e.size*ct)),o={token:s,name:e.name,
size:O(e.size),octets:n,icon:"#i-file"};this.chips.get(t)?.replaceWith(U(this.form,{...o,isFile:!0})),this.chips.delete(t),this.changed()}remove(t){this.chips.get(t)?.remove(),this.chips.delete(t),this.
queue=this.queue.filter(e=>e!==t),t.remove(),this.changed(),p(this.form,"chosen").closest("section, div")?.querySelector("input")?.focus()}changed(){this.form.dispatchEvent(new Event("change",{bubbles:!0})),
this.weigh()}chipOf(t){let{file:e}=t,o=a("template[data-upload]",this.form).content.cloneNode(!0).firstElementChild;o.dataset.weight=String(e.size),Object.assign(a(".name",o),{textContent:e.name,title:e.
name}),a(".size",o).textContent=O(e.size),Object.assign(a("[data-unfinished]",o),{name:"missing",value:e.name}),a("[data-pause]",o).addEventListener("click",()=>{t.isPaused?this.resume(t):t.pause(),this.
draw(t)});let c=a("[data-remove]",o);return c.setAttribute("aria-label",l("removeFile",{name:e.name})),c.addEventListener("click",()=>this.remove(t)),o}resume(t){t.isPaused=!1,this.queue.push(t),this.
next()}draw(t){let e=this.chips.get(t);if(!e)return;let s=d("progress",e);s.value=t.file.size?t.offset/t.file.size:0,s.setAttribute("aria-label",t.file.name);let n=a("[data-pause]",e),o=t.isPaused&&!this.
queue.includes(t);n.innerHTML=I(o?"play":"pause");let{name:r}=t.file;n.setAttribute("aria-label",l(o?"goOnFile":"pauseFile",{name:r})),t.isCut&&!t.isPaused?this.say(t,l("uploadWaits")):t.isPaused||this.
say(t,"")}say(t,e){let s=this.chips.get(t);s&&(a("[data-words]",s).textContent=e)}holdBack(t){if(!this.chips.size)return;let e=t.submitter;if(e?.value==="discard"){for(let s of[...this.chips.keys()])this.
remove(s);return}if(!this.isReleased&&(t.preventDefault(),t.stopImmediatePropagation(),!this.sending)){this.sending={submitter:e},p(this.form,"saved").textContent=l("sendsWhenThere");for(let s of this.
chips.keys())s.isPaused&&!this.running.has(s)&&this.resume(s);this.next()}}release(){let{submitter:t=null}=this.sending??{};this.sending=null,this.isReleased=!0,this.form.requestSubmit(t),this.isReleased=
!1}isReleased=!1};function Mt(i,t){let e=s=>{if(!i.isConnected)return!1;let n=s.target instanceof Element?s.target.closest("form.compose"):null;return n===i||n===null&&f("form.compose").length===1};document.
addEventListener("dragover",s=>{!s.dataTransfer?.types.includes("Files")||!e(s)||(s.preventDefault(),i.classList.add("dropping"))}),document.addEventListener("dragleave",s=>{(!s.relatedTarget||e(s))&&
i.classList.remove("dropping")}),document.addEventListener("drop",s=>{i.classList.remove("dropping");let n=s.dataTransfer?.files;s.defaultPrevented||!n?.length||!e(s)||(s.preventDefault(),t(n))}),i.addEventListener(
"paste",s=>{let n=s.clipboardData?.files;s.defaultPrevented||!n?.length||(s.preventDefault(),t(n))})}function He(i,t){let e=s=>s.reduce((n,o)=>n+o,0);return Math.round(e(i)*ct+e(t))}function jt(i){let t=u("[name=files]",i),e=new G(i,()=>dt(i)),s=n=>{Ue(i,n)&&e.add(n)};Nt(i),i.addEventListener("change",
n=>{if(n.target===t&&t.files?.length){let o=new DataTransfer;for(let r of t.files)o.items.add(r);t.value="",s(o.files)}else dt(i)}),Mt(i,s),dt(i)}function Ft(i,t){let e=b('[name="kept"]:checked',i).map(
o=>Number(o.dataset.size)),s=f("[data-weight]",i).map(o=>Number(o.dataset.weight)),n=[...t??[]].map(o=>o.size);return He([...s,...n],e)}function Ue(i,t){let e=Ft(i,t),s=Number(i.dataset.limit);return e<=
s?!0:(zt(i,l("tooBig",{size:O(e),limit:O(s)})),!1)}function zt(i,t){let e=p(i,"too-big");e.hidden=!t,e.textContent=t}function dt(i){let t=Number(i.dataset.limit),e=Ft(i),s={size:O(e),limit:O(t)};p(i,"\
total").textContent=e?l("total",s):l("upTo",s);let n=e>t;zt(i,n?l("tooBig",s):"");for(let o of i.querySelectorAll(".send button, [value=send]"))o.toggleAttribute("disabled",n)}var qe="lemonade",M="forms";var Wt=null,C=null,j=0;function ht(){return Wt??=new Promise((i,t)=>{let e=indexedDB.open(qe,1);e.onupgradeneeded=()=>e.result.createObjectStore(M,{keyPath:["account","form"]}),e.onsuccess=()=>{C=e.result,
C.onversionchange=()=>C?.close(),i(C)},e.onerror=()=>t(e.error),e.onblocked=()=>t(new Error("the store is in use"))}),Wt}function _t(i,t){return new Promise((e,s)=>{let n=i.transaction(M,"readwrite",{
durability:"strict"});n.oncomplete=()=>e(),n.onabort=()=>s(n.error),t(n.objectStore(M)),n.commit()})}async function Ht(i){let t=C??await ht();if(j)throw new Error("signed out");await _t(t,e=>e.put(i))}
async function Ut(i){let t=C??await ht(),e=IDBKeyRange.bound([i],[i,[]]);return(await new Promise((n,o)=>{let r=t.transaction(M).objectStore(M).getAll(e);r.onsuccess=()=>n(r.result),r.onerror=()=>o(r.
error)})).filter(({at:n})=>Date.now()-n<2592e6).sort((n,o)=>o.at-n.at)}async function F(i,t){let e=C??await ht(),s=IDBKeyRange.bound([i],[i,[]]);await _t(e,n=>n.delete(t?[i,t]:s))}var v=()=>document.getElementById(
"account")?.dataset.address??"";function qt(i){i>j&&(j=0)}function ut(){let i=new BroadcastChannel("sign-out");return i.addEventListener("message",({data:t})=>{t===v()&&(j=performance.now())}),i}function Kt(i){
let t=ut();document.addEventListener("submit",async e=>{let s=e.target;if(!s.matches("[data-sign-out]"))return;e.preventDefault(),await i?.(),j=performance.now(),t.postMessage(v());let n=new Promise(o=>setTimeout(
o,1e3));await Promise.race([F(v()).catch(()=>{}),n]),s.submit()})}var Ke=new Set(["hidden","file","submit"]),Je=["csrfmiddlewaretoken","once","replaces","again","files","rich"],Ge=1500,pt=new Map,Ve=i=>`form ${i}`,g=i=>u("[name=once]",i)?.value??"",T=i=>[...u("[name\
=files]",i)?.files??[],...b("[data-unfinished]",i).map(t=>({name:t.value,size:0}))];function m(i){let t=new FormData(i);for(let e of Je)t.delete(e);return JSON.stringify([...t].map(([e,s])=>[e,String(
s)]))}var Jt=i=>i.dataset.page??location.pathname+location.search;function z(i){let t=new URL(Jt(i),location.href);t.searchParams.set("form",g(i)),i.dataset.page?i.dataset.page=t.pathname+t.search:history.
replaceState(history.state,"",t)}function R(i,{saved:t=!1,left:e=!1,isNewer:s=!1}){let o=[...i.elements].filter(r=>r.name&&!Ke.has(r.type));return Ht({account:v(),form:g(i),url:Jt(i),fields:o.map(r=>[
r.name,r.value,r.checked??null]),files:T(i).map(r=>r.name),parts:It(i),saved:t,left:e&&t,isNewer:s,at:Date.now()})}var V=i=>F(v(),g(i)).catch(()=>{});async function Gt(i){let t=g(i);if(!t)return!0;let e=await Vt(
t),n=(await Ut(v()).catch(()=>[])).find(o=>o.form===t);if(e||Ye(i),z(i),!n)return!0;if(Pt(i,"sent-already")&&!n.isNewer)return V(i),!0;for(let o of n.parts??[])q(i,o);return Xe(i,n.fields),n.files.length&&
Ze(i,n.files),n.saved&&e}function Xe(i,t){for(let[e,s,n]of t)for(let o of b(`[name="${CSS.escape(e)}"]`,i))o.type!=="checkbox"&&o.type!=="radio"?o.value=s:o.value===s&&(o.checked=!!n),s&&o.value&&o.closest(
"details")?.setAttribute("open","");Qe(i,t)}function Qe(i,t){let e=t.find(([r])=>r==="html")??t.find(([r])=>r==="text"),s=d("[data-editor]",i);if(!e||!s)return;let[n,o]=e;a(`[data-area="${n}"]`,s).value=
o,s.dataset.recalled=n,i.dispatchEvent(new Event("recall"))}function Ze(i,t){let e=p(i,"attach-again");e.hidden=!1,a("span",e).textContent=l("attachAgain",{names:t.join(", ")})}function Vt(i){return navigator.
locks?new Promise(t=>{let e=AbortSignal.timeout(Ge);navigator.locks.request(Ve(i),{signal:e},()=>(t(!0),new Promise(s=>pt.set(i,()=>s(void 0))))).catch(()=>t(!1))}):Promise.resolve(!0)}function Xt(i){
pt.get(g(i))?.(),pt.delete(g(i))}function Ye(i){let t=u("[name=once]",i);t&&(t.value=i.dataset.spare??""),Vt(g(i))}var ti=300,ei=2e3,ii=6e3,si=2e4,ni=2e3,oi=6e4,ri=6e4,ai=3e3,Qt=8e3,X=class{constructor(t){this.form=t,this.onServer=m(t),this.atFirst=this.onServer,this.inBrowser="",this.isOver=!1,this.isClosed=!1,this.
sent="",this.tries=new Set,this.isResting=!1,this.failures=0,this.since=0,this.kind="",this.underWay=null,this.keepTimer=0,this.saveTimer=0,this.closing=new AbortController}async start(){let{signal:t}=this.
closing;addEventListener("pagehide",()=>this.leave(),{signal:t}),addEventListener("beforeunload",s=>{let n=this.isDirty&&this.inBrowser!==m(this.form);!this.isOver&&(n||T(this.form).length)&&s.preventDefault()},
{signal:t}),addEventListener("online",()=>this.hurry(),{signal:t}),document.addEventListener("visibilitychange",()=>{document.visibilityState==="hidden"&&this.isDirty?this.keep():this.failures&&this.hurry()},
{signal:t}),this.atFirst=m(this.form),await Gt(this.form)&&(this.onServer=m(this.form)),this.form.addEventListener("input",()=>this.noteChange()),this.form.addEventListener("change",()=>this.noteChange()),
this.noteChange()}get isWritten(){return m(this.form)!==this.atFirst||T(this.form).length>0}get isDirty(){return m(this.form)!==this.onServer}get isNewer(){let t=m(this.form);return this.isClosed&&!this.
tries.size||[...this.tries].some(e=>e!==t)}noteChange(){this.isOver||!this.isDirty||(clearTimeout(this.keepTimer),this.keepTimer=setTimeout(()=>this.keep(),ti),!(this.failures||this.isResting||this.isClosed)&&
(this.since||=Date.now(),this.schedule(Math.max(0,Math.min(ei,this.since+ii-Date.now())))))}schedule(t){clearTimeout(this.saveTimer),this.saveTimer=setTimeout(()=>this.save(),t)}hurry(){this.isDirty&&
!this.isResting&&this.schedule(0)}async keep(){let t=m(this.form);this.isOver||t===this.inBrowser||(await R(this.form,{isNewer:this.isNewer}).then(()=>{this.inBrowser=t}).catch(()=>{}),this.isClosed&&
this.tellClosed())}async save(){if(this.underWay||this.isOver||this.isClosed||this.isResting||!this.isDirty||(this.underWay=this.saveNow().finally(()=>{this.underWay=null}),await this.underWay,!this.isDirty||
this.isOver||this.isResting))return;let t=Math.min(ni*2**(this.failures-1),oi);this.failures?this.schedule(t*(.75+Math.random()/2)):this.noteChange()}async saveNow(){let t=m(this.form),e=g(this.form),
s=Dt(this.form),n=performance.now();this.since=0;let o={};try{let r=await fetch(this.form.dataset.autosave??"",{method:"POST",body:this.body(),headers:{"X-Pane":"form"},signal:AbortSignal.timeout(si)});
o=(r.headers.get("Content-Type")??"").includes("json")?await r.json():{}}catch{}e===g(this.form)&&(o.saved&&qt(n),o.over?await this.close():o.saved?($t(this.form,s),await this.noteSaved(o,t)):await this.
noteFailure(o))}body(){let t=x(),e=u("[name=csrfmiddlewaretoken]",this.form);t&&e&&(e.value=t);let s=new FormData(this.form);return s.delete("files"),s}async noteSaved(t,e){this.failures=0,this.onServer=
e;let s=u("[name=replaces]",this.form);s&&(s.value=t.replaces??""),t.pause&&(this.since=Date.now()+t.pause*1e3),this.isDirty||await R(this.form,{saved:!0}).catch(()=>{});let n=`${document.documentElement.
lang}-u-nu-latn`,o=new Date().toLocaleTimeString(n,{hour:"2-digit",minute:"2-digit"});if(this.tell("saved",l("savedAt",{time:o})),t.other){let r=p(this.form,"elsewhere");r.hidden=!1,a("a",r).setAttribute(
"href",t.other)}}async noteFailure(t){this.failures+=1,await this.keep();let e=this.inBrowser===m(this.form),s=t.text?`${t.text} `:"";this.tell("unsaved",s+l(e?"onlyHere":"nowhere"),t.login)}tell(t,e,s){
let n=T(this.form).length?` ${l("filesNotKept")}`:"",o=p(this.form,"draft-state");if(o.textContent=e+n,s){let r=document.createElement("a");Object.assign(r,{href:s,textContent:l("signIn"),target:"_bla\
nk"}),o.append(" ",r)}t!==this.kind&&(p(this.form,"draft-news").textContent=e+n),this.kind=t}async settle(){this.isResting=!0,clearTimeout(this.saveTimer),await this.keep();let t=new Promise(e=>setTimeout(
e,Qt));await Promise.race([this.underWay,t]),this.sent=m(this.form),this.tries.add(this.sent)}resume(){this.isResting=!1,this.noteChange()}async revive(t){(this.isOver||this.isClosed)&&(this.onServer=
""),this.isOver=this.isClosed=!1,this.inBrowser=this.kind="",this.tries.clear(),this.failures=0,await this.keep(),this.inBrowser&&await F(v(),t).catch(()=>{})}async close(){if(this.isClosed=!0,this.onServer=
this.tries.size===1?this.sent:"",this.inBrowser="",this.failures=0,this.isDirty)return this.keep();await V(this.form),this.tellClosed()}tellClosed(){let t=this.inBrowser===m(this.form),e=this.isDirty?
` ${l(t?"newerHere":"nowhere")}`:"";this.tell(`closed${e}`,l("sentAlready")+e)}async end(){this.isOver=!0,clearTimeout(this.saveTimer),clearTimeout(this.keepTimer),m(this.form)===this.sent?await V(this.
form):await R(this.form,{isNewer:!0}).catch(()=>{})}async signOut(){clearTimeout(this.saveTimer),clearTimeout(this.keepTimer);let t=new Promise(e=>setTimeout(e,ai));await Promise.race([this.save(),t]),
this.isOver=!0,clearTimeout(this.saveTimer),clearTimeout(this.keepTimer)}async leaveOpenPage(){await this.keep();let t=new Promise(s=>setTimeout(s,Qt));await Promise.race([this.underWay??this.save(),t]),
this.isDirty&&!this.failures&&await Promise.race([this.save(),t]);let e=!this.isDirty;return await R(this.form,{saved:e,left:!0}).catch(()=>{}),e}stop(){this.isOver=!0,clearTimeout(this.saveTimer),clearTimeout(
this.keepTimer),this.closing.abort(),Xt(this.form)}leave(){if(this.isOver)return;let t=this.isDirty,{isNewer:e,isClosed:s}=this;(t||this.inBrowser&&!s)&&R(this.form,{saved:!t,left:!0,isNewer:e}).catch(
()=>{});let n=new Blob([m(this.form)]).size;!t||s||this.isResting||n>ri||fetch(this.form.dataset.autosave??"",{method:"POST",body:this.body(),headers:{"X-Pane":"form"},keepalive:!0}).catch(()=>{})}};var li=new Set("ADDRESS ARTICLE BLOCKQUOTE CENTER DD DIV DL DT FIGURE FOOTER H1 H2 H3 H4 H5 H6 HEADER HR LI MAIN OL P PRE SECTION TABLE TD TH TR UL".split(" ")),ci=new Set("A BLOCKQUOTE BODY BR DIV P \
SPAN".split(" ")),di=i=>i.replaceAll("&","&amp;").replaceAll("<","&lt;").replaceAll(">","&gt;");function N(i){let t=0,e="";for(let s of i.replace(/\n+$/,"").split(`
`)){let n=/^(?:> ?)*/.exec(s)?.[0]??"",o=n.split(">").length-1;e+='<blockquote type="cite">'.repeat(Math.max(0,o-t)),e+="</blockquote>".repeat(Math.max(0,t-o)),t=o;let r=(o?s.slice(n.length):s).replace(
/^ | {2,}| $/g,c=>" ".repeat(c.length));e+=`<div>${di(r)||"<br>"}</div>`}return e+"</blockquote>".repeat(t)}var Zt=i=>new DOMParser().parseFromString(i,"text/html").body;function Yt(i){for(let t of Zt(
i).querySelectorAll("*")){if(!ci.has(t.tagName)||t.hasAttribute("style")||t.hasAttribute("color"))return!0;let e=t.getAttribute("href");if(e&&!e.endsWith(t.textContent??""))return!0}return!1}function ft(i){
return`${te(Zt(i)).join(`
`).replaceAll(" "," ")}
`}function te(i){let t=[],e="",s=()=>{e&&t.push(e.trimEnd()),e=""};for(let n of i.childNodes)n instanceof Element&&li.has(n.tagName)?(s(),t.push(...hi(n))):n instanceof Element&&n.tagName==="BR"?(t.push(
e.trimEnd()),e=""):e+=pi(n);return s(),t}function hi(i){let t=i.tagName==="PRE"?(i.textContent??"").split(`
`):te(i);if(i.tagName==="BLOCKQUOTE")return t.map(e=>ui(e));if(i.tagName==="LI"){let e=i.parentElement,s=[...e?.children??[]].indexOf(i)+1,n=e?.tagName==="OL"?`${s}. `:"- ";return t.map((o,r)=>(r?" ".
repeat(n.length):n)+o)}return t}var ui=i=>i.startsWith(">")?`>${i}`:`> ${i}`.trimEnd();function pi(i){let t=(i.textContent??"").replace(/[ \t\r\n]+/g," ");if(!(i instanceof Element))return t;if(i.tagName===
"IMG")return i.getAttribute("alt")??"";let e=i.tagName==="A"?i.getAttribute("href")??"":"";return e&&!e.endsWith(t)?`${t} <${e}>`:t}function ee(i,t,e){if(!t)return e?`${i.trimEnd()}

-- 
${e}
`:i;let s=i.split(`
`),n=t.split(`
`),o=s.findLastIndex((h,k)=>n.every((E,w)=>s[k+w]===E));if(o<0)return i;let r=s[o-1]==="-- ",c=e||!r?o:o-1;return s.splice(c,o+n.length-c,...e?e.split(`
`):[]),s.join(`
`)}var fi=250,ie=new WeakMap;function se(i){let t=d("[data-editor]",i);t&&ie.set(i,new mt(i,t))}var Q=i=>ie.get(i),mt=class{constructor(t,e){this.form=t,this.box=e;let s=o=>a(`[data-area="${o}"]`,e);this.
text=s("text"),this.html=s("html"),this.flag=a("[data-flag]",e),this.switch=a('[data-do="rich"]',e),this.editor=null,this.timer=0,this.isBehind=!1,this.first=this.text.value,this.original=this.html.value,
this.switch.addEventListener("click",()=>this.toRich()),this.text.addEventListener("input",()=>this.takeTyped()),t.addEventListener("recall",()=>this.recall()),t.addEventListener("formdata",({formData:o})=>{
this.take(),this.isRich&&o.set("html",this.html.value)});let n=e.dataset.rich!==void 0;this.setMode(n),n&&this.open()}get isRich(){return this.flag.name!==""}setMode(t){this.text.name=t?"":"text",this.
html.name=t?"html":"",this.flag.name=t?"rich":"",this.switch.hidden=t;let e=t&&this.editor!==null;this.text.hidden=e,a("label",this.box).setAttribute("for",e?"":this.text.id)}takeTyped(){if(!this.isRich||
this.editor)return;let t=this.text.value,e=this.original&&t.endsWith(this.first);this.html.value=e?N(t.slice(0,t.length-this.first.length))+this.original:N(t)}async open(t=!1){try{let{editIn:e}=await import(this.
box.dataset.editor??"");if(!this.isRich||this.editor)return;let s=t||document.activeElement===this.text,n=s?this.text.selectionStart:0;this.editor=e(this.box,this.html.value,{change:()=>this.noteChange(),
plain:()=>this.toPlain(),place:n}),this.setMode(!0),s&&this.editor.focus()}catch{this.setMode(!1)}}noteChange(){this.isBehind=!0,clearTimeout(this.timer),this.timer=setTimeout(()=>{this.take(),this.html.
dispatchEvent(new Event("input",{bubbles:!0}))},fi)}take(){!this.isBehind||!this.editor||(this.isBehind=!1,this.html.value=this.editor.html())}insert(t,e){if(this.editor&&this.isRich)return this.editor.
insert(e||N(t));this.text.setRangeText(t,this.text.selectionStart,this.text.selectionEnd,"end"),this.text.dispatchEvent(new Event("input",{bubbles:!0})),this.text.focus()}replaceSignature(t,e){if(this.
editor&&this.isRich){let n=e.text?e.html||N(e.text):"";return this.editor.replaceSignature(t.text,n)}let s=ee(this.text.value,t.text,e.text);s!==this.text.value&&(this.text.value=s,this.text.dispatchEvent(
new Event("input",{bubbles:!0})))}toPlain(){this.take(),!(Yt(this.html.value)&&!confirm(l("losesFormat")))&&(this.text.value=ft(this.html.value),this.close(),this.text.focus(),this.text.dispatchEvent(
new Event("input",{bubbles:!0})))}toRich(){this.html.value=N(this.text.value),this.setMode(!0),this.html.dispatchEvent(new Event("input",{bubbles:!0})),this.open(!0)}close(){clearTimeout(this.timer),this.
isBehind=!1,this.editor?.end(),this.editor=null,this.setMode(!1)}recall(){let t=this.box.dataset.recalled;t==="text"&&this.isRich?this.close():t==="html"&&!this.isRich&&(this.setMode(!0),this.open()),
this.original=this.html.value,this.first=this.text.value,this.editor?.setHtml(this.html.value)}};var mi=/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/,gi=/^"(?:[^"\\]|\\[ -~])+"$/,ne=/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/,wi=/^[\p{L}\p{N}\p{M} !#$%&'*+/=?^_`{|}~-]+$/u;
function P(i){return vi(i).map(t=>t.replace(/^[^"<@]*:(?!\/\/)\s*/,"").replace(/^mailto:/i,"")).map(t=>/^[^\s<>"]+@[^\s<>"]+\?/.test(t)?t.split("?")[0]??"":t).flatMap(t=>xi(t)?t.split(/\s+/):[t]).map(
t=>t.trim()).filter(Boolean)}var xi=i=>!/[<"]/.test(i)&&i.split(/\s+/).every(t=>/.@./.test(t));function vi(i){let t=[],e="",s=!1,n=!1,o=!1;for(let r of i){if(s)n?n=!1:r==="\\"?n=!0:r==='"'&&(s=!1);else if(!o&&
/[,;\n\r\t]/.test(r)){t.push(e),e="";continue}else s=r==='"',o=r==="<"||o&&r!==">";e+=r}return[...t,e].map(r=>r.trim()).filter(Boolean)}var oe=i=>(i.match(/(?<!\\)"/g)??[]).length%2===1;function Z(i){
let t=/^(.*?)<([^<>]*)>$/s.exec(i.trim()),e=(t?.[1]??"").trim(),s=(t?.[2]??i).trim(),o=e.length>1&&e.startsWith('"')&&e.endsWith('"')?e.slice(1,-1).replace(/\\(.)/g,"$1"):e,r=!t&&/[<>]/.test(i)?"angle\
s":bi(s);return{text:i.trim(),name:o.split(/\s+/).filter(Boolean).join(" "),address:s,problem:r}}function bi(i){let t=i.lastIndexOf("@"),e=i.slice(0,Math.max(0,t)),s=i.slice(t+1);return t<0?"noAt":e?s?
s.includes(" ")||e.includes(" ")&&!e.startsWith('"')?"space":/[^\0-\x7f]/.test(e)?"letters":!mi.test(e)&&!gi.test(e)?"localPart":e.length>64||i.length>254?"tooLong":yi(s.replace(/\.$/,""))?"":"domain":
"noDomain":"noLocalPart"}function yi(i){if(/^[\0-\x7f]*$/.test(i))return i.split(".").every(t=>ne.test(t));try{return new URL(`http://${i}`).hostname.split(".").every(t=>ne.test(t))}catch{return!1}}function re(i,t){
return i?`${wi.test(i)?i:`"${i.replace(/[\\"]/g,"\\$&")}"`} <${t}>`:t}var B=i=>i.address.toLowerCase();var ki=120,Y=class{constructor(t,e,s,n,o){this.entry=t,this.list=e,this.url=s,this.accept=n,this.tell=o,this.people=[],this.at=-1,this.isChosen=!1,this.timer=0,this.running=null,e.addEventListener("po\
interdown",r=>r.preventDefault()),e.addEventListener("click",r=>{let c=r.target.closest("[role=option]"),h=this.people[[...e.children].indexOf(c)];h&&this.take(h)})}get active(){return this.people[this.
at]??null}look(t){if(clearTimeout(this.timer),this.running?.abort(),!t)return this.close();this.timer=setTimeout(()=>this.ask(t),ki)}async ask(t){this.running=new AbortController;try{let e=await fetch(
`${this.url}?q=${encodeURIComponent(t)}`,{headers:{"X-Pane":"people"},signal:this.running.signal});e.ok&&this.entry.value.trim()===t&&this.show((await e.json()).people)}catch(e){if(!(e instanceof DOMException&&
e.name==="AbortError")&&!(e instanceof TypeError))throw e}}show(t){this.people=t,this.isChosen=!1,this.list.replaceChildren(...t.map((e,s)=>this.draw(e,s))),this.list.hidden=!t.length,this.entry.setAttribute(
"aria-expanded",String(t.length>0)),this.go(t.length?0:-1),t.length&&this.tell(t.length)}draw(t,e){let s=a("li",S("suggested-person"));return s.id=`${this.list.id}-${e}`,gt(s,t.photo),a(".name",s).textContent=
t.name||t.address,a(".address",s).textContent=t.name?t.address:"",a(".kind",s).textContent=t.note,s}go(t){this.at=t,[...this.list.children].forEach((s,n)=>{s.setAttribute("aria-selected",String(n===t))});
let e=this.list.children[t];e?this.entry.setAttribute("aria-activedescendant",e.id):this.entry.removeAttribute("aria-activedescendant"),e?.scrollIntoView({block:"nearest"})}step(t){this.people.length&&
(this.isChosen=!0,this.go((this.at+t+this.people.length)%this.people.length))}take(t){this.close(),this.accept(t)}close(){clearTimeout(this.timer),this.running?.abort(),this.people.length&&this.show([])}};
function gt(i,t){let e=d("img",i);t&&e?e.src=t:e?.remove()}var W=Object.getOwnPropertyDescriptor(HTMLInputElement.prototype,"value"),y=null;function ae(i){let t=[];for(let e of f("[data-recipients]",i))t.push(new wt(e,t));for(let e of f(".more-lines > summary",
i))e.addEventListener("dragenter",()=>{y&&e.parentElement?.setAttribute("open","")})}var wt=class{constructor(t,e){this.all=e,this.source=a("input[name]",t),this.label=a("label",t).textContent??"",this.
box=a(".people",S("people")),this.list=a(".chosen",this.box),this.entry=a(".entry",this.box),this.news=a(".news",this.box),this.wrong=a(".wrong",this.box),this.people=new Map,this.takeOver();let s=a("\
[role=listbox]",this.box);s.id=`${this.entry.id}-options`,s.setAttribute("aria-label",l("suggestedPeople")),this.entry.setAttribute("aria-controls",s.id),this.suggestions=new Y(this.entry,s,t.dataset.
recipients??"",n=>{this.entry.value="",this.add(P(n.label),n.photo),this.entry.focus()},n=>this.tell(H("suggestions",n))),this.listen(),this.read()}takeOver(){let{source:t,entry:e}=this;e.id=t.id,t.removeAttribute(
"id"),t.classList.add("real"),t.tabIndex=-1,t.setAttribute("aria-hidden","true"),t.after(this.box),t.addEventListener("focus",()=>e.focus()),Object.defineProperty(t,"value",{get:()=>W.get?.call(t),set:s=>{
W.set?.call(t,s),this.read()}}),t.autofocus&&e.focus()}listen(){let{entry:t,list:e,box:s}=this;t.addEventListener("input",()=>{this.sync(!1),this.suggestions.look(t.value.trim())}),t.addEventListener(
"keydown",n=>this.pressInEntry(n)),t.addEventListener("paste",n=>{let o=n.clipboardData?.getData("text/plain")??"";P(o).length<2||(n.preventDefault(),this.add(P(`${t.value}
${o}`)),t.value="",this.sync())}),t.addEventListener("blur",()=>{this.suggestions.close(),this.commit()}),e.addEventListener("keydown",n=>this.pressInList(n)),e.addEventListener("click",n=>{let o=n.target,
r=this.personAt(o);r&&o.closest(".remove")&&this.remove(r)}),e.addEventListener("dblclick",n=>{let o=this.personAt(n.target);o&&this.edit(o)});for(let n of["copy","cut"])e.addEventListener(n,o=>this.copy(
o));e.addEventListener("dragstart",n=>{let o=this.personAt(n.target);!o||!n.dataTransfer||(y={field:this,recipient:o},n.dataTransfer.setData("text/plain",o.text),n.dataTransfer.effectAllowed="move")}),
e.addEventListener("dragend",()=>{y=null}),s.addEventListener("dragover",n=>{y&&this.all.includes(y.field)&&n.preventDefault()}),s.addEventListener("drop",n=>{!y||!this.all.includes(y.field)||(n.preventDefault(),
y.field.move(y.recipient,this),y=null)}),s.addEventListener("click",n=>{(n.target===s||n.target===e)&&t.focus()})}read(){if(W.get?.call(this.source)===this.written())return;this.list.replaceChildren(),
this.people.clear();let t=P(String(W.get?.call(this.source))).map(Z),s=t.at(-1)?.problem?t.pop():null;this.entry.value=s?.text??"",this.draw(t),this.showProblem()}written(){return[...[...this.people.keys()].
map(e=>e.text),this.entry.value.trim()].filter(Boolean).join(", ")}sync(t=!0){W.set?.call(this.source,this.written()),this.source.removeAttribute("aria-invalid"),t&&this.source.dispatchEvent(new Event(
"input",{bubbles:!0})),this.showProblem()}add(t,e=""){let s=new Set([...this.people.keys()].map(B)),n=t.map(Z).filter(r=>{let c=!s.has(B(r));return s.add(B(r)),c});this.draw(n,e),this.sync();let[o]=n;
n.length===1&&o&&!o.problem?this.tell(l("personAdded",{name:o.name||o.address})):n.length>1&&this.tell(H("peopleAdded",n.length))}draw(t,e=""){let s=document.createDocumentFragment();for(let n of t){let o=a(
"li",S("chosen-person")),r=a(".who",o),c=n.problem?n.text:n.name||n.address;a(".name",r).textContent=c,r.title=n.problem?l(n.problem):n.text,r.setAttribute("aria-label",n.problem?`${n.text}: ${l(n.problem)}`:
n.text),o.classList.toggle("bad",!!n.problem),gt(o,e),a(".remove",o).setAttribute("aria-label",l("removePerson",{name:c})),this.people.set(n,o),s.append(o)}this.list.append(s),this.count()}count(){this.
list.hidden=!this.people.size;let t={field:this.label};this.list.setAttribute("aria-label",H("peopleIn",this.people.size,t))}showProblem(){let t=[...this.people.keys()].find(s=>s.problem),e=t?l("noAdd\
ress",{text:t.text.slice(0,80),why:l(t.problem)}):"";this.wrong.textContent!==e&&(this.wrong.textContent=e)}commit(){let t=this.entry.value.trim();return t?(this.entry.value="",this.add(P(t)),!0):!1}remove(t){
let e=this.people.get(t),s=e?.nextElementSibling,n=e?.contains(document.activeElement);e?.remove(),this.people.delete(t),this.count(),this.sync(),n&&(s?a(".who",s):this.entry).focus(),this.tell(l("per\
sonRemoved",{name:t.name||t.text}))}edit(t){this.commit(),this.remove(t),this.entry.value=t.problem?t.text:re(t.name,t.address),this.sync(),this.entry.focus(),this.entry.select()}move(t,e){if(!e||e===
this)return;this.remove(t),e.source.closest("details")?.setAttribute("open",""),e.add([t.text]);let s=[...e.people].find(([o])=>B(o)===B(t))?.[1];s&&a(".who",s).focus();let n={name:t.name||t.text,field:e.
label};e.tell(l("personMoved",n))}copy(t){let e=this.personAt(document.activeElement);!e||!t.clipboardData||(t.clipboardData.setData("text/plain",e.text),t.preventDefault(),t.type==="cut"&&this.remove(
e))}personAt(t){let e=t?.closest("li");return[...this.people].find(([,s])=>s===e)?.[0]}pressInEntry(t){let{entry:e,suggestions:s}=this;if(t.isComposing)return;let n=e.selectionStart===0&&e.selectionEnd===
0,o=document.dir==="rtl"?"ArrowRight":"ArrowLeft",r=(t.key===","||t.key===";")&&!oe(e.value);if(t.key==="Enter"&&(t.ctrlKey||t.metaKey)||t.key==="Tab"){e.value.trim()&&this.finish();return}if(t.key===
"ArrowDown")s.step(1);else if(t.key==="ArrowUp")s.step(-1);else if(t.key==="Escape"&&s.active)s.close();else if(t.key==="Enter"||r)this.finish();else if((t.key==="Backspace"||t.key===o)&&n){let h=[...this.
people.values()].at(-1);if(!h)return;a(".who",h).focus()}else return;t.preventDefault(),t.stopPropagation()}finish(){let{active:t,isChosen:e}=this.suggestions,s=P(this.entry.value).map(Z);t&&(e||s.some(
n=>n.problem))?this.suggestions.take(t):(this.suggestions.close(),this.commit())}pressInList(t){let e=this.personAt(document.activeElement);if(!e||t.isComposing)return;let s=[...this.people.values()],
n=s.indexOf(this.people.get(e)),o=document.dir==="rtl"?-1:1,r=this.all.indexOf(this),c=h=>(s[h]?a(".who",s[h]):this.entry).focus();if(t.altKey&&t.key==="ArrowDown")this.move(e,this.all[r+1]);else if(t.
altKey&&t.key==="ArrowUp")this.move(e,this.all[r-1]);else if(t.key==="ArrowLeft")c(Math.max(0,n-o));else if(t.key==="ArrowRight")c(Math.max(0,n+o));else if(t.key==="Home")c(0);else if(t.key==="End")c(
s.length);else if(t.key==="Backspace"||t.key==="Delete")this.remove(e);else if(t.key==="Enter"||t.key==="F2")this.edit(e);else return;t.preventDefault(),t.stopPropagation()}tell(t){this.news.textContent=
t}};function le(i){let t=d("select[name=sender]",i);if(!t)return;let e=t.value,s=Promise.resolve();t.addEventListener("change",()=>{let n=t.value;s=s.then(()=>Ei(t.dataset.settings??"",e,n)).then(o=>{e=n,
o&&Ti(i,o.before,o.after)}).catch(()=>{})})}async function Ei(i,t,e){let s=new URLSearchParams({before:t,after:e}),n=await fetch(`${i}?${s}`,{headers:{"X-Pane":"form"}});return n.ok?n.json():null}function Ti(i,t,e){
Q(i)?.replaceSignature(t,e);let s=u("[name=bcc]",i);s&&Ai(s,Oi(s.value,t.bcc,e.bcc)),s?.value&&s.closest("details")?.setAttribute("open","")}function Ai(i,t){i.value!==t&&(i.value=t,i.dispatchEvent(new Event(
"input",{bubbles:!0})))}function Oi(i,t,e){let s=i.trim().replace(/,$/,"");return t&&s===t?s="":t&&s.endsWith(`, ${t}`)&&(s=s.slice(0,-t.length-2)),[s,s.includes(e)?"":e].filter(Boolean).join(", ")}var Si=5e5,de={pane:"form",begin(){},fail(){},end:({goal:i})=>location.assign(i)};function he(i,t,e){let s=!1;i.addEventListener("submit",async n=>{if(n.preventDefault(),s)return;s=!0;let o=n.submitter?.
value??"";p(i,"saved").textContent=l("oneMoment"),e.begin(o),o==="discard"&&await t.save(),await t.settle();let r=g(i),c=await Li(i,n.submitter,e.pane).catch(()=>{tt(i,l("noConnection"))});if(s=!1,c){
await t.end(),e.end(c);return}e.fail(),p(i,"saved").textContent="",g(i)!==r&&await t.revive(r),t.resume()})}async function Li(i,t,e){let s=x(),n=u("[name=csrfmiddlewaretoken]",i);s&&n&&(n.value=s);let o={
"X-Pane":e},{unsent:r="",login:c=""}=i.dataset;if(Ci(i)>Si&&(await fetch(r,{method:"HEAD",headers:o,redirect:"manual"})).status===401)return ce(i,c);let h=new FormData(i,t),k=await fetch(i.action,{method:"\
POST",body:h,headers:o}),w=(k.headers.get("Content-Type")??"").includes("json")?await k.json():{};return w.login?ce(i,w.login):w.problem?Pi(i,w.problem):w.goal?w:(tt(i,w.text?`${w.text} ${l("stillHere")}`:
l("failed",{status:k.status})),null)}var Ci=i=>T(i).reduce((t,e)=>t+e.size,0);function tt(i,t,e){let s=p(i,"problem");s.hidden=!1;let n=a("span",s);if(n.textContent=t,e){let o=document.createElement("\
a");n.append(" ",Object.assign(o,{href:e,textContent:l("signIn"),target:"_blank"}))}s.scrollIntoView({block:"nearest"})}function ce(i,t){return tt(i,l("ended"),t),null}function Pi(i,{text:t,field:e,once:s,
gone:n,replaces:o}){tt(i,t);for(let h of f("[aria-invalid]",i))h.removeAttribute("aria-invalid");let r=e?d(`[name="${CSS.escape(e)}"]:not([type=hidden])`,i):null;r?.closest("details")?.setAttribute("o\
pen",""),r?.setAttribute("aria-invalid","true"),r?.focus();let c=u("[name=replaces]",i);c&&(c.value=o),Di(i,s);for(let h of b('[name="kept"]',i))n.includes(h.value)&&h.closest("li")?.remove();return null}
function Di(i,t){let e=u("[name=once]",i);if(!(!e||e.value===t)){if(e.value=t,!u("[name=again]",i)){let s=document.createElement("input");i.append(Object.assign(s,{type:"hidden",name:"again",value:"1"}))}
z(i)}}function pe(i){let t=d("[data-templates]",i);if(!t)return;t.hidden=!1;let e=a("[data-insert] select",t),s=u("[data-save] input",t);a("[data-insert] button",t).addEventListener("click",()=>ue(i,t.dataset.
fill??"",{template:e.value},n=>$i(i,n))),a("[data-save] button",t).addEventListener("click",()=>ue(i,t.dataset.keep??"",{template_name:s.value},n=>(e.add(new Option(n.name,n.key)),a("[data-insert]",t).
hidden=!1,s.value="",n.text))),s.addEventListener("keydown",n=>{n.key==="Enter"&&(n.preventDefault(),a("[data-save] button",t).click())})}async function ue(i,t,e,s){let n=x(),o=u("[name=csrfmiddleware\
token]",i);n&&o&&(o.value=n);let r=new FormData(i);r.delete("files");for(let[h,k]of Object.entries(e))r.set(h,k);let c=l("noConnectionNow");try{let h=await fetch(t,{method:"POST",body:r,headers:{"X-Pa\
ne":"form"}}),E=(h.headers.get("Content-Type")??"").includes("json")?await h.json():{};h.ok?c=s(E):E.text&&(c=E.text)}catch{}p(i,"template-news").textContent=c}function $i(i,{subject:t,text:e,html:s,missing:n}){
let o=u("[name=subject]",i);return o&&t&&!o.value&&Ii(o,t),Q(i)?.insert(e,s),n.length?l("notFilledIn",{names:n.join(", ")}):l("inserted")}function Ii(i,t){i.value=t,i.dispatchEvent(new Event("input",{
bubbles:!0}))}var et=new Map;function it(i,t){Ri(i),i.addEventListener("keydown",s=>{s.key==="Enter"&&(s.ctrlKey||s.metaKey)&&d('[value="send"]',i)?.click()}),ae(i),jt(i),se(i),le(i),pe(i);let e=new X(i);return et.
set(i,e),he(i,e,t),e.start(),e}function fe(i){et.get(i)?.stop(),et.delete(i)}function Ri(i){let t=u("[name=later]",i),e=()=>{p(i,"send-label").textContent=l(t?.value?"sendLater":"send")};t?.addEventListener(
"input",e),e()}async function st(){await Promise.all([...et.values()].map(i=>i.signOut()))}var me=9e3;function D(i,t,e){let s=S("toast"),n=a(".toast",s),o=a("form",n);a("span",n).textContent=i,t?Bi(o,t):o.remove(),e&&n.prepend(Ni(e,i));for(let r of f("#toasts > :not([data-stays])"))r.remove();
a("#toasts").append(n),e||Mi(n)}function Ni({done:i,total:t},e){let s=document.createElement("progress");return s.setAttribute("aria-label",e),i&&Object.assign(s,{max:t,value:i}),s}function Bi(i,{url:t,
fields:e}){i.action=t;for(let[s,n]of Object.entries(e))for(let o of n)i.append(Object.assign(document.createElement("input"),{type:"hidden",name:s,value:o}))}function Mi(i){let t=setTimeout(()=>i.remove(),
me),e=()=>clearTimeout(t),s=()=>{e(),t=setTimeout(()=>i.remove(),me)};i.addEventListener("pointerenter",e),i.addEventListener("focusin",e),i.addEventListener("pointerleave",s),i.addEventListener("focu\
sout",s)}function ge(i){try{let{account:t,list:e}=JSON.parse(sessionStorage.getItem(i)??"{}");return t===v()&&Array.isArray(e)?e:[]}catch{return[]}}function we(i,t){try{t.length?sessionStorage.setItem(i,JSON.stringify(
{account:v(),list:t})):sessionStorage.removeItem(i)}catch{}}var xe=()=>ge("writers"),xt=i=>we("writers",i),nt=()=>ge("sending"),vt=i=>we("sending",i);var bt=700,ji=3e4,Fi=1.6,ve=6e5,zi=8e3,be=()=>$('<div class="toast" data-stays><span></span></div>');function ye(){let i=be();return a("span",i).textContent=l("sending"),a("#toasts").append(i),i}function ke(i,t){
let e={...i,until:Date.now()+i.seconds*1e3};vt([...nt(),e]),new ot(e,t)}function Wi(){for(let i of nt())new ot(i)}var ot=class{constructor(t,e=be()){this.sending=t,this.wait=bt,this.timer=0,this.isSaid=
!1,this.box=e;let s=t.until-Date.now();s>-ve?(this.say(l("sending")),s>0&&this.offer("undo",l("undo"),()=>this.takeBack()),this.lookIn(Math.max(0,s)+bt)):this.forget()}say(t){let{subject:e}=this.sending;
a("span",this.box).textContent=e?`${t} (${e.slice(0,60)})`:t,a("#toasts").append(this.box)}offer(t,e,s){let n=$(`<button type="button">${I(t)}<span></span></button>`);t==="undo"&&(n.dataset.undo=""),a(
"span",n).textContent=e,n.addEventListener("click",s),this.box.append(n)}clear(){for(let t of this.box.querySelectorAll("button, a"))t.remove()}async look(){if(!this.sending.url)return;let t=await fetch(
this.sending.url,{headers:{"X-Pane":"outcome"}}).catch(()=>null);if(t?.status===404)return this.end();let e=t?.ok?await t.json().catch(()=>null):null;e&&this.tell(e);let s=Date.now()-this.sending.until;
if(e?.final||s>ve)return this.forget();this.wait=Math.min(this.wait*Fi,ji),this.lookIn(this.wait)}lookIn(t){clearTimeout(this.timer),this.timer=setTimeout(()=>this.look(),t)}tell({state:t,text:e}){if(t===
"failed")this.clear(),this.box.setAttribute("role","alert"),this.say(e),this.offer("write",l("edit"),()=>this.takeBack()),this.link(),this.offer("close",l("dismiss"),()=>this.box.remove());else if(t===
"accepted"||t==="delivered"){if(this.isSaid)return;this.isSaid=!0,this.clear(),this.say(e),this.link(),setTimeout(()=>this.isSaid&&this.fade(),zi)}else this.clear(),this.say(e),this.offer("undo",l("un\
do"),()=>this.takeBack())}link(){let t=document.createElement("a");t.className="button",Object.assign(t,{href:this.sending.url,textContent:l("whatBecame")}),this.box.append(t)}fade(){this.box.getAttribute(
"role")!=="alert"&&this.box.remove()}async takeBack(){clearTimeout(this.timer),this.clear(),this.say(l("oneMoment"));let t=await fetch(this.sending.undo,{method:"POST",body:new URLSearchParams({csrfmiddlewaretoken:x()??
""}),headers:{"X-Pane":"outcome"}}).catch(()=>null);if(!t){this.say(l("notTakenBack")),this.offer("undo",l("undo"),()=>this.takeBack());return}let e=await t.json().catch(()=>({}));if(!e.goal){this.say(
e.text??l("notTakenBack")),this.lookIn(bt);return}this.end(),D(e.text),_i(e.goal)}end(){this.box.remove(),this.forget()}forget(){vt(nt().filter(({url:t})=>t!==this.sending.url))}};function _i(i){let t=document.
createElement("a");t.href=i,t.dataset.writer="",t.hidden=!0,document.body.append(t),t.click(),t.remove()}var Ee=`/* The form to write in: on a page of its own, docked beside the mail, or in a conversation. Where it is
   opened in place, its script brings these rules. */
@layer writing {
  .compose .actions { display: flex; flex-wrap: wrap; gap: 10px; align-items: center; }
  .compose-head { display: flex; align-items: center; gap: 2px; padding-block: 12px 4px; min-width: 0; }
  .compose-head :is(h1, h2) { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .line { display: grid; grid-template-columns: 76px minmax(0, 1fr); align-items: center;
    border-bottom: 1px solid var(--line); }
  .line label { color: var(--muted); }
  .line :is(input, select) { border: 0; border-radius: 0; background: none; padding-inline: 8px; }
  .line select { text-overflow: ellipsis; }
  .line :is(input, select):focus-visible { outline-offset: -2px; border-radius: 4px; }
  .line [aria-invalid] { box-shadow: inset 0 0 0 2px var(--danger); }
  .more-lines summary { color: var(--accent); min-height: var(--reach); width: fit-content; }
  /* What is written scrolls above the bar: nothing can lie under it. */
  .page:has(> .compose) { overflow: hidden; }
  .compose { height: 100%; display: grid; grid-template-rows: auto minmax(0, 1fr) auto; }
  .compose > * { padding-inline: max(16px, (100% - 760px) / 2); }
  .fields { overflow-y: auto; padding-block: 0 16px; display: grid; grid-template-columns: minmax(0, 1fr);
    gap: 6px; align-content: start; }
  .compose .frame { display: block; height: 38dvh; margin-top: 8px; }
  .compose textarea { min-height: max(240px, 38dvh); margin-top: 10px; }
  .kept { display: grid; gap: 8px; padding: 10px 0; min-width: 0; }
  .kept legend { font-weight: 600; padding: 0; margin-bottom: 4px; }
  .ways { display: grid; }
  .compose :is(.ways label, .tick) { display: flex; gap: 10px; align-items: center; min-height: var(--reach);
    cursor: pointer; }
  .chips { display: flex; flex-wrap: wrap; gap: 8px; }
  .chip { display: grid; grid-template: "tick icon name size" "tick . stays stays"
    / auto auto minmax(0, 1fr) auto; column-gap: 8px; align-items: center; padding: 6px 12px;
    border: 1px solid var(--edge); border-radius: var(--radius); max-width: 340px; cursor: pointer;
    background: var(--raised); }
  .chips li { min-width: min(100%, 240px); max-width: 100%; }
  .chip input { grid-area: tick; } .chip .icon { grid-area: icon; color: var(--muted); }
  .chip .name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .chip .stays { grid-area: stays; font-size: .87rem; color: var(--accent); }
  .chip:has(:checked) { background: var(--soft); border-color: var(--accent); }
  .chip:not(:has(:checked)) .stays { color: var(--muted); }
  .chip.file { grid-template: "icon name size" / auto minmax(0, 1fr) auto; cursor: default; }
  .chip.upload { grid-template: "icon name size pair" "words words words pair" "bar bar bar pair" / auto minmax(0, 1fr) auto auto;
    cursor: default; padding-inline-end: 2px; row-gap: 2px; }
  .chip.upload .pair { grid-area: pair; display: flex; } .chip.upload .words { grid-area: words; font-size: .87rem; }
  .chip.upload .words:empty { display: none; }
  .chip.upload progress { grid-area: bar; width: 100%; height: 6px; accent-color: var(--accent); }
  .chip.file input { grid-area: icon; }
  .kept:has([name="whole"][value="1"]:checked) .chips { opacity: .5; }
  .uploads { display: grid; gap: 6px; padding: 8px 0; min-width: 0; }
  .uploads label { display: flex; gap: 8px; align-items: center; font-weight: 550; }
  .uploads input { min-height: var(--reach); max-width: 100%; }
  .uploads input::file-selector-button { font: inherit; min-height: 40px; padding: 0 14px; cursor: pointer;
    color: var(--ink); background: var(--raised); border: 1px solid var(--edge); margin-inline-end: 12px;
    border-radius: var(--radius); }
  .uploads .pick { display: flex; width: fit-content; }
  .dropping { outline: 2px dashed var(--accent); outline-offset: 8px; }
  .send { padding-block: 10px max(10px, env(safe-area-inset-bottom)); border-top: 1px solid var(--line); }
  .written { display: grid; grid-template-columns: minmax(0, 1fr); gap: 4px; justify-items: start; }
  .written > :is(textarea, .editing) { justify-self: stretch; }
  .editing { display: grid; grid-template-columns: minmax(0, 1fr); margin-top: 10px; min-width: 0; border: 1px solid var(--edge);
    border-radius: var(--radius); }
  .editing:focus-within { border-color: var(--accent); }
  .editor-tools { display: flex; overflow-x: auto; align-items: center; border-bottom: 1px solid var(--line); scrollbar-width: thin;
    position: sticky; top: -20px; z-index: 1; background: var(--paper); border-radius: var(--radius) var(--radius) 0 0; }
  .editor-tools > * { flex: none; }
  .editor-tools select { width: auto; border: 0; background: none; }
  .editor-tools :is(.tool, select):focus-visible { outline-offset: -3px; }
  .editor-tools [aria-pressed="true"] { background: var(--soft); color: var(--accent); }
  .editor-tools [data-do="plain"] { margin-inline-start: auto; font-weight: 400; }
  @media (min-width: 768px) { .editor-tools { flex-wrap: wrap; overflow: visible; } .editor-tools .tool { min-width: 38px; padding: 0 8px; } }
  .editor { min-height: max(240px, 34dvh); padding: 12px 14px; outline: none; overflow-wrap: anywhere; unicode-bidi: plaintext;
    text-align: start; line-height: 1.55; contain: layout paint; border-radius: 0 0 var(--radius) var(--radius); }
  .editor.painted { background: #fff; color: #1b1f19; color-scheme: light; }
  .editor :is(h1, h2, h3, p, pre) { margin: .4em 0; }
  .editor h1 { font-size: 1.6rem; } .editor h2 { font-size: 1.3rem; } .editor h3 { font-size: 1.1rem; font-weight: 650; }
  .editor :is(ul, ol) { padding-inline-start: 2em; } .editor ul { list-style: disc; } .editor ol { list-style: decimal; }
  .editor blockquote { margin: 0; padding-inline-start: 12px; border-inline-start: 3px solid var(--edge); color: var(--muted); }
  .editor.painted blockquote { color: inherit; }
  .editor :is(code, pre) { font: .93rem/1.5 ui-monospace, SFMono-Regular, Menlo, monospace; background: var(--ground); border-radius: 4px; }
  .editor.painted :is(code, pre) { background: #f4f4f4; }
  .editor pre { padding: 8px 12px; white-space: pre-wrap; } .editor code { padding: 1px 4px; }
  .editor img { max-width: 100%; height: auto; }
  .editor-choice.grid { grid-template-columns: repeat(auto-fill, minmax(96px, 1fr)); } .editor-choice.grid:popover-open { display: grid; }
  .editor-choice [data-colour] span { width: 18px; height: 18px; border-radius: 50%; flex: none; }
  .editor-choice[data-choice="emoji"] { grid-template-columns: repeat(auto-fill, minmax(44px, 1fr)); min-width: min(380px, 90vw); }
  .editor-choice[data-choice="emoji"] button { justify-content: center; padding: 0; font-size: 1.3rem; }
  .editor-choice .field { padding: 8px 12px; }
  .picking { height: min(860px, 100dvh - 24px); padding: 16px 20px 0; }
  .picking form { float: none; }
  .picking[open] { display: grid; grid-template-rows: minmax(0, 1fr); }
  .picking > .note { align-self: start; }
  .picker { display: grid; gap: 10px; align-content: start; min-width: 0; }
  .picking .picker { overflow-y: auto; grid-template-columns: minmax(0, 1fr); padding-inline: 4px; margin-inline: -4px; }
  .asks { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 4px 8px; }
  .asks .tick { grid-column: 1 / -1; }
  .found > li { padding: 12px 0; border-top: 1px solid var(--line); display: grid; gap: 4px; min-width: 0; }
  .found p { overflow-wrap: anywhere; }
  .found .who { display: flex; justify-content: space-between; gap: 12px; }
  .found summary { color: var(--accent); min-height: var(--reach); width: fit-content; cursor: pointer; align-content: center; }
  .picker .foot { position: sticky; bottom: 0; padding: 10px 0; background: var(--raised); border-top: 1px solid var(--line); }
  .page .picker .foot { background: var(--paper); }

  /* Windows stand side by side at the foot of the page; one in a conversation stands in its text. */
  .writers { position: fixed; inset-block-end: 0; inset-inline-end: 16px; z-index: 3; display: flex;
    flex-direction: row-reverse; align-items: end; gap: 12px; max-width: calc(100vw - 32px); pointer-events: none; }
  .writer { display: grid; grid-template: minmax(0, 1fr) / minmax(0, 1fr); min-width: 0; background: var(--paper); border: 1px solid var(--edge);
    border-radius: var(--radius); overflow: clip; }
  .writers > .writer { pointer-events: auto; width: min(560px, 100vw - 32px); height: min(660px, 100dvh - 72px);
    box-shadow: var(--shadow); border-block-end: 0; border-end-start-radius: 0; border-end-end-radius: 0; }
  .writer .compose-head { padding-block: 2px; background: var(--soft); border-bottom: 1px solid var(--line); }
  .writer .compose > * { padding-inline: 16px; }
  .writer .compose-head { padding-inline: 16px 4px; }
  .writer .compose textarea { min-height: 180px; }
  .writer.folded { width: 260px; height: auto; }
  .writer.folded .compose { grid-template-rows: auto; }
  .writer.folded .compose > :not(.compose-head), .writer.folded [data-window="full"] { display: none; }
  .writers > .writer.full { position: fixed; inset: 24px max(24px, (100vw - 1100px) / 2); width: auto; height: auto;
    border-radius: var(--radius); border-block-end: 1px solid var(--edge); }
  .writer.within { flex: none; grid-template-rows: auto; overflow: visible; margin: 8px; }
  .writer.within .fields { overflow: visible; }
  .writer.within .send { position: sticky; inset-block-end: -24px; background: var(--paper); }
  .writer.within [data-window="fold"], .writer:not(.within) [data-window="dock"] { display: none; }
  .waits { display: flex; gap: 8px; align-items: center; }
  @media (max-width: 767px) {
    .writers > .writer, .writers > .writer.full { position: fixed; inset: 0; width: auto; height: auto; border: 0; border-radius: 0; }
    .writer [data-window="fold"], .writer [data-window="full"] { display: none; }
  }
}
`;var Tt=matchMedia("(max-width: 767px)"),Ui=572,qi=32,A=[],yt=new Set,Te=!1,Ae=!1,rt=!1,kt=class{constructor(t,e,s){this.box=t,this.url=e,this.opener=s,this.form=a("form",t),this.isPushed=!1,this.form.
dataset.page=e,z(this.form),t.addEventListener("keydown",n=>this.pressKey(n)),t.addEventListener("click",n=>this.press(n))}start(){this.autosave=it(this.form,{pane:"window",begin:t=>{t==="send"&&(this.
hide(),this.toast=ye())},fail:()=>{this.toast?.remove(),this.show(),(d("[aria-invalid]",this.form)??d("[value=send]",this.form))?.focus()},end:t=>{let e=new FormData(this.form).get("subject");if(this.
drop(),t.sending){ke({...t.sending,subject:String(e??"")},this.toast);return}this.toast?.remove(),t.text&&D(t.text)}})}get shape(){let{classList:t}=this.box;return t.contains("within")?"within":t.contains(
"folded")?"folded":t.contains("full")?"full":"docked"}take(t){this.box.classList.remove("within","folded","full"),t!=="docked"&&this.box.classList.add(t),t!=="within"&&this.box.parentElement!==Et()&&Et().
prepend(this.box),a('[data-window="fold"]',this.box).setAttribute("aria-expanded",`${t!=="folded"}`),a('[data-window="full"]',this.box).setAttribute("aria-pressed",`${t==="full"}`),at()}pressKey(t){t.
key!=="Escape"||t.defaultPrevented||t.isComposing||d(":popover-open")||(t.preventDefault(),t.stopPropagation(),this.close())}press(t){let e=t.target instanceof Element?t.target:null,s=e?.closest("[dat\
a-window]")??null,n=s?.dataset.window;n==="close"?this.close():n==="full"?this.take(this.shape==="full"?"docked":"full"):n==="dock"?this.take("docked"):(n==="fold"||this.shape==="folded"&&e?.closest("\
.compose-head"))&&this.take(this.shape==="folded"?"docked":"folded"),n&&n!=="close"&&s?.focus(),this.shape==="docked"&&Oe(this)}show(){this.box.hidden=!1,this.shape==="folded"&&this.take("docked"),Tt.
matches&&!this.isPushed&&(history.state?.writer||history.pushState({...history.state,writer:!0},""),this.isPushed=!0),Oe(this),at()}hide(){this.box.hidden=!0,this.isPushed&&history.state?.writer&&(rt=
!0,history.back()),this.isPushed=!1,((this.opener?.isConnected&&this.opener.checkVisibility()?this.opener:null)??d("#subject")??d("#list-title"))?.focus({preventScroll:!0})}focus(){(d("[autofocus]",this.
form)??d("h2",this.form))?.focus({preventScroll:!0})}async close(){let{autosave:t}=this;if(!t||T(this.form).length){d('[value="save"]',this.form)?.click();return}if(this.hide(),!t.isWritten){this.drop();
return}let e=await t.leaveOpenPage();this.drop(),D(l(e?"draftSaved":"onlyHere"))}drop(){this.box.hidden||this.hide(),fe(this.form),this.box.remove(),A.splice(A.indexOf(this),1),at()}isAbout(t){let{pathname:e}=new URL(
t),[,s,n]=e.match(/\/mail\/(.+)\/(\d+)\/edit\/$/)??[],o=new FormData(this.form).get("replaces"),[,r,...c]=String(o??"").split(".");return s&&n===r&&decodeURIComponent(s)===c.join(".")?!0:this.url===t&&
e.startsWith("/mail/")}};function Et(){let i=d("#writers");if(i)return i;let t=Object.assign(document.createElement("div"),{id:"writers",className:"writers"});return document.body.append(t),t}function Oe(i){
if(Tt.matches||i.shape!=="docked")return;let t=Math.max(1,Math.floor((innerWidth-qi)/Ui)),e=A.filter(n=>n.shape==="docked"&&!n.box.hidden),s=e.filter(n=>n!==i);for(let n of s.slice(0,Math.max(0,e.length-
t)))n.take("folded")}function at(){xt(A.filter(i=>!i.box.hidden).map(i=>({url:i.form.dataset.page??"",shape:i.shape})))}function Ki(){if(Te)return;Te=!0;let i=new CSSStyleSheet;i.replaceSync(Ee),document.
adoptedStyleSheets.push(i),addEventListener("popstate",Ji,{capture:!0}),addEventListener("pagehide",at),new MutationObserver(Gi).observe(a("#main"),{childList:!0,subtree:!0})}function Ji(i){let t=A.findLast(
e=>e.isPushed&&!e.box.hidden);!rt&&!t||(i.stopImmediatePropagation(),!rt&&t&&(t.isPushed=!1,t.close()),rt=!1)}function Gi(){for(let i of A)i.box.isConnected||i.take("docked")}async function Vi(i){let t=await fetch(
i,{headers:{"X-Pane":Ae?"writer":"writer words"}}).catch(()=>null);if(!t)return D(l("canBeRead")),null;if(!t.ok){let o=(t.headers.get("Content-Type")??"").includes("json")?await t.json():{login:i};return o.
login?location.assign(o.login):D(o.text),null}let e=lt(await t.text()),s=d("script",e);return s&&Ot(JSON.parse(s.textContent??"{}")),document.body.append(...f("template:is([id], [data-tools])",e)),Ae=
!0,a(".writer",e)}function Xi(i){return Tt.matches||i?.dataset.writer!=="answer"?null:i.closest(".one")??d("#letter .scroll")}async function Se(i,t=null,e="docked"){let s=A.find(c=>c.isAbout(i));if(s){
s.show(),s.focus();return}if(yt.has(i))return;yt.add(i);let n=await Vi(i).finally(()=>yt.delete(i));if(!n)return;Ki();let o=new kt(n,i,t),r=Xi(t);(r??Et()).append(n),A.push(o),o.take(r?"within":e),o.start(),
e!=="folded"&&o.show(),r&&n.scrollIntoView({block:"nearest"}),e!=="folded"&&o.focus()}async function Qi(){for(let{url:i,shape:t}of xe())await Se(new URL(i,location.href).href,null,t==="within"?"docked":
t)}async function Zi(){await st();for(let i of f(".writer"))i.remove();A.length=0,xt([])}var Le=f("form.compose");for(let i of Le)it(i,de);Le.length?Kt(st):ut();export{Zi as leaveWriters,Se as openWriter,Qi as restoreWriters,Wi as resumeOutcomes};
