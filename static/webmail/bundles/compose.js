function h(i,t=document){return t.querySelector(i)}function f(i,t=document){return[...t.querySelectorAll(i)]}function a(i,t=document){let e=h(i,t);if(!e)throw new Error(`This page has no ${i}`);return e}
function p(i,t=document){return t.querySelector(i)}function v(i,t=document){return[...t.querySelectorAll(i)]}function L(i){return a(`template#${i}`).content.cloneNode(!0)}function lt(i){let t=document.
createElement("template");return t.innerHTML=i.trim(),t.content}function S(i){return lt(i).firstElementChild}var I=i=>`<svg class="icon" aria-hidden="true"><use href="#i-${i}"/></svg>`;var U=null,Ot=()=>JSON.parse(document.getElementById("words")?.textContent??"{}");function Lt(i){U={...U??Ot(),...i}}function Ct(i){U??=Ot();let t=U?.[i];if(t===void 0)throw new Error(`This page has n\
o words for ${i}`);return t}var l=(i,t={})=>Pt(String(Ct(i)),t);function _(i,t,e={}){let s=Ct(i),n=new Intl.PluralRules(document.documentElement.lang).select(t);return Pt(s[n]??s.other??"",{...e,number:je(
t)})}var Pt=(i,t)=>i.replace(/%\((\w+)\)s/g,(e,s)=>String(t[s])),je=i=>i.toLocaleString(`${document.documentElement.lang}-u-nu-latn`);var Dt=[["kB",1e3],["MB",1e6],["GB",1e9]];function O(i,t=document.documentElement.lang){if(i<1e3)return`${i} B`;let[e,s]=Dt.find(([,o])=>i<999.95*o)??Dt.at(-1);return`${(Math.round(i/s*10)/10).toLocaleString(
`${t}-u-nu-latn`,{useGrouping:!1})} ${e}`}var x=()=>document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];var u=(i,t)=>a(`[data-spot="${t}"]`,i),$t=(i,t)=>h(`[data-spot="${t}"]`,i);function K(i,t){let e=J(i).find(s=>s.value===t.token);e?e.checked=!0:t.isFile?u(i,"chosen").append(H(i,t)):a("[data-picked]",i).append(H(i,t)),i.dispatchEvent(new Event("change",{bubbles:!0}))}var J=i=>v(
"[name=kept]",i);function H(i,t){let s=a("template[data-chip]",i).content.cloneNode(!0),n=p("[data-box]",s);return Object.assign(n,{name:"kept",value:t.token}),n.dataset.size=t.octets,n.dataset.part=JSON.
stringify(t),Object.assign(a("[data-offered]",s),{name:"offered",value:t.token}),a("use",s).setAttribute("href",t.icon),Object.assign(a(".name",s),{textContent:t.name,title:t.name}),a(".size",s).textContent=
t.size,t.isFile&&h(".stays",s)?.remove(),s}var It=i=>J(i).map(t=>t.value);function Mt(i,t){for(let e of J(i))t.includes(e.value)&&delete e.dataset.part}var Nt=i=>J(i).filter(t=>t.dataset.part&&t.checked).
map(t=>JSON.parse(t.dataset.part??""));function Bt(i){let t=h("[data-pick]",i);t?.addEventListener("click",e=>{e.preventDefault(),ze(i,t)})}function ze(i,t){let e=document.createElement("dialog");e.className="picking",e.setAttribute("aria-\
label",t.textContent?.trim()??""),document.body.append(e),e.addEventListener("close",()=>{e.remove(),t.focus()}),e.addEventListener("click",n=>{n.target.closest("[data-close]")&&(n.preventDefault(),e.
close())}),e.addEventListener("submit",n=>{n.preventDefault();let o=n.target,r=n.submitter;if(r?.value!=="attach"){Rt(e,o.action,new FormData(o,r));return}for(let c of v("[name=part]:checked",e))K(i,We(
c));e.close()});let s=p("[name=once]",i)?.value??"";Rt(e,`${t.dataset.pick}?${new URLSearchParams({form:s})}`),e.showModal()}async function Rt(i,t,e){let s=x();s&&e?.set("csrfmiddlewaretoken",s),i.setAttribute(
"aria-busy","true");try{let o=await fetch(t,{method:e?"POST":"GET",body:e,headers:{"X-Pane":"picker"}}),r=await o.text(),c=(o.headers.get("Content-Type")??"").includes("html");if(!o.ok||!c)throw new Error(
c?"":JSON.parse(r).text);i.innerHTML=r,h("[autofocus]",i)?.focus()}catch(n){Fe(i,n instanceof TypeError?"":n.message)}i.removeAttribute("aria-busy")}function Fe(i,t){h("[data-problem]",i)?.remove();let e=S(
'<p class="note bad" role="alert" data-problem></p>');if(e.textContent=t||l("pickFailed"),i.prepend(e),h("[data-close]",i))return;let s=S(`<button type="button" data-close>${I("close")}</button>`);s.setAttribute(
"aria-label",l("close")),e.append(s)}function We(i){let t=i.closest("label");return{token:i.value,name:i.dataset.name??"",size:a(".size",t).textContent??"",octets:i.dataset.size??"0",icon:a("use",t).getAttribute(
"href")??""}}var qe=262144,Ue=65536,_e=4194304,He=2e3,Ke=8e3,Je=12e4,Ge=3e4,C=class extends Error{constructor(t,e){super(t),this.kind=e}};function Ve(i,t){return t<He?Math.min(_e,i*2):t>Ke?Math.max(Ue,Math.floor(i/
2)):i}var Xe=i=>Object.entries(i).map(([t,e])=>{let s=new TextEncoder().encode(e);return`${t} ${btoa(Array.from(s,n=>String.fromCharCode(n)).join(""))}`}).join(","),G=class{constructor(t,e,s,n){this.file=
t,this.address=e,this.form=s,this.show=n,this.place="",this.offset=0,this.piece=qe,this.isPaused=!1,this.isCut=!1,this.stopping=new AbortController}get token(){return`upload.${this.place.split("/").filter(
Boolean).at(-1)}`}async run(){this.isPaused=!1,this.stopping=new AbortController;for(let t=0;!this.isPaused;)try{if(this.place?this.isCut&&await this.look():await this.begin(),this.isCut=!1,t=0,this.offset>=
this.file.size)return await this.check();await this.sendPiece(),this.show(this)}catch(e){if(e instanceof C)throw e;if(this.isPaused)return!1;this.isCut=!0,this.show(this),t+=1,await this.wait(Math.min(
Ge,1e3*2**t))}return!1}pause(){this.isPaused=!0,this.isCut=!0,this.stopping.abort()}async remove(){this.pause(),this.place&&await this.ask(this.place,"DELETE").catch(()=>{})}async begin(){let{name:t,type:e,
size:s,lastModified:n}=this.file,o={form:this.form,name:t,type:e,modified:String(n)},r={"Upload-Length":String(s),"Upload-Metadata":Xe(o)},c=await this.ask(this.address,"POST",r);this.place=c.headers.
get("Location")??"",this.offset=Number(c.headers.get("Upload-Offset"))}async look(){let t=await this.ask(this.place,"HEAD");this.place?this.offset=Number(t.headers.get("Upload-Offset")):await this.begin()}async sendPiece(){
let t=this.file.slice(this.offset,this.offset+this.piece),e=await jt(t),s=performance.now(),n={"Upload-Offset":String(this.offset),"Content-Type":"application/offset+octet-stream"},o=await this.ask(this.
place,"PATCH",n,e);this.piece=Ve(this.piece,performance.now()-s);let r=o.headers.get("Upload-Offset");r===null?this.isCut=!0:this.offset=Number(r)}async check(){return await jt(this.file.slice(-1)),!0}async ask(t,e,s={},n=void 0){
let o={"Tus-Resumable":"1.0.0","X-Pane":"upload","X-CSRFToken":x()??""},{signal:r}=this.stopping,c=setTimeout(()=>this.stopping.abort(),Je),d;try{let g={...s,...o};d=await fetch(t,{method:e,headers:g,
body:n,signal:r,redirect:"manual"})}finally{clearTimeout(c),r.aborted&&!this.isPaused&&(this.stopping=new AbortController)}if(d.ok)return d;if(d.status===404&&this.place&&e!=="DELETE")return this.place=
"",d;if([409,423].includes(d.status)&&e==="PATCH")throw new Error("elsewhere");if(d.status>=500||d.status===429||d.status===423)throw new Error(String(d.status));let E=(d.headers.get("Content-Type")??
"").includes("json")?await d.json():{};throw new C(E.text??"",d.status===401||E.login?"ended":"refused")}wait(t){let{signal:e}=this.stopping;return new Promise(s=>{let n=()=>{clearTimeout(o),removeEventListener(
"online",n),e.removeEventListener("abort",n),s(void 0)},o=setTimeout(n,t);addEventListener("online",n),e.addEventListener("abort",n)})}};async function jt(i){try{return await i.arrayBuffer()}catch{throw new C(
"","changed")}}var Qe=3,ct=1.37,V=class{constructor(t,e){this.form=t,this.weigh=e,this.address=a("[data-uploads]",t).dataset.uploads??"",this.chips=new Map,this.running=new Set,this.queue=[],this.sending=null,t.addEventListener(
"submit",s=>this.holdBack(s),{capture:!0}),addEventListener("beforeunload",s=>{this.chips.size&&t.isConnected&&s.preventDefault()})}add(t){let e=p("[name=once]",this.form)?.value??"";for(let s of t){let n=new G(
s,this.address,e,r=>this.draw(r)),o=this.chipOf(n);this.chips.set(n,o),u(this.form,"chosen").append(o),this.draw(n),this.queue.push(n)}this.changed(),u(this.form,"chosen").lastElementChild?.scrollIntoView(
{block:"nearest"}),this.next()}next(){for(;this.running.size<Qe&&this.queue.length;){let t=this.queue.shift();this.chips.has(t)&&this.run(t)}this.sending&&!this.running.size&&!this.queue.length&&this.
release()}async run(t){this.running.add(t),this.say(t,""),this.draw(t);try{await t.run()&&this.end(t)}catch(e){let s=e instanceof C,n=s&&e.kind==="changed"?"fileChanged":"uploadFailed";this.say(t,s&&e.
message||l(n)),s&&e.kind==="changed"&&await t.remove(),t.isPaused=!0}this.running.delete(t),this.draw(t),this.next()}end(t){let{file:e,token:s}=t,n=String(Math.round(e.size*ct)),o={token:s,name:e.name,
size:O(e.size),octets:n,icon:"#i-file"};this.chips.get(t)?.replaceWith(H(this.form,{...o,isFile:!0})),this.chips.delete(t),this.changed()}remove(t){this.chips.get(t)?.remove(),this.chips.delete(t),this.
queue=this.queue.filter(e=>e!==t),t.remove(),this.changed(),u(this.form,"chosen").closest("section, div")?.querySelector("input")?.focus()}changed(){this.form.dispatchEvent(new Event("change",{bubbles:!0})),
this.weigh()}chipOf(t){let{file:e}=t,o=a("template[data-upload]",this.form).content.cloneNode(!0).firstElementChild;o.dataset.weight=String(e.size),Object.assign(a(".name",o),{textContent:e.name,title:e.
name}),a(".size",o).textContent=O(e.size),Object.assign(a("[data-unfinished]",o),{name:"missing",value:e.name}),a("[data-pause]",o).addEventListener("click",()=>{t.isPaused?this.resume(t):t.pause(),this.
draw(t)});let c=a("[data-remove]",o);return c.setAttribute("aria-label",l("removeFile",{name:e.name})),c.addEventListener("click",()=>this.remove(t)),o}resume(t){t.isPaused=!1,this.queue.push(t),this.
next()}draw(t){let e=this.chips.get(t);if(!e)return;let s=h("progress",e);s.value=t.file.size?t.offset/t.file.size:0,s.setAttribute("aria-label",t.file.name);let n=a("[data-pause]",e),o=t.isPaused&&!this.
queue.includes(t);n.innerHTML=I(o?"play":"pause");let{name:r}=t.file;n.setAttribute("aria-label",l(o?"goOnFile":"pauseFile",{name:r})),t.isCut&&!t.isPaused?this.say(t,l("uploadWaits")):t.isPaused||this.
say(t,"")}say(t,e){let s=this.chips.get(t);s&&(a("[data-words]",s).textContent=e)}holdBack(t){if(!this.chips.size)return;let e=t.submitter;if(e?.value==="discard"){for(let s of[...this.chips.keys()])this.
remove(s);return}if(!this.isReleased&&(t.preventDefault(),t.stopImmediatePropagation(),!this.sending)){this.sending={submitter:e},u(this.form,"saved").textContent=l("sendsWhenThere");for(let s of this.
chips.keys())s.isPaused&&!this.running.has(s)&&this.resume(s);this.next()}}release(){let{submitter:t=null}=this.sending??{};this.sending=null,this.isReleased=!0,this.form.requestSubmit(t),this.isReleased=
!1}isReleased=!1};function zt(i,t){let e=s=>{if(!i.isConnected)return!1;let n=s.target instanceof Element?s.target.closest("form.compose"):null;return n===i||n===null&&f("form.compose").length===1};document.
addEventListener("dragover",s=>{!s.dataTransfer?.types.includes("Files")||!e(s)||(s.preventDefault(),i.classList.add("dropping"))}),document.addEventListener("dragleave",s=>{(!s.relatedTarget||e(s))&&
i.classList.remove("dropping")}),document.addEventListener("drop",s=>{i.classList.remove("dropping");let n=s.dataTransfer?.files;s.defaultPrevented||!n?.length||!e(s)||(s.preventDefault(),t(n))}),i.addEventListener(
"paste",s=>{let n=s.clipboardData?.files;s.defaultPrevented||!n?.length||(s.preventDefault(),t(n))})}function Ze(i,t){let e=s=>s.reduce((n,o)=>n+o,0);return Math.round(e(i)*ct+e(t))}function Ft(i){let t=p("[name=files]",i),e=new V(i,()=>dt(i)),s=n=>{Ye(i,n)&&e.add(n)};Bt(i),i.addEventListener("change",
n=>{if(n.target===t&&t.files?.length){let o=new DataTransfer;for(let r of t.files)o.items.add(r);t.value="",s(o.files)}else dt(i)}),zt(i,s),dt(i)}function Wt(i,t){let e=v('[name="kept"]:checked',i).map(
o=>Number(o.dataset.size)),s=f("[data-weight]",i).map(o=>Number(o.dataset.weight)),n=[...t??[]].map(o=>o.size);return Ze([...s,...n],e)}function Ye(i,t){let e=Wt(i,t),s=Number(i.dataset.limit);return e<=
s?!0:(qt(i,l("tooBig",{size:O(e),limit:O(s)})),!1)}function qt(i,t){let e=u(i,"too-big");e.hidden=!t,e.textContent=t}function dt(i){let t=Number(i.dataset.limit),e=Wt(i),s={size:O(e),limit:O(t)};u(i,"\
total").textContent=e?l("total",s):l("upTo",s);let n=e>t;qt(i,n?l("tooBig",s):"");for(let o of i.querySelectorAll('.send button, [value=send], [value^="later."]'))o.toggleAttribute("disabled",n)}var ti=new Set("ADDRESS ARTICLE BLOCKQUOTE CENTER DD DIV DL DT FIGURE FOOTER H1 H2 H3 H4 H5 H6 HEADER HR LI MAIN OL P PRE SECTION TABLE TD TH TR UL".split(" ")),ei=new Set("A BLOCKQUOTE BODY BR DIV P \
SPAN".split(" ")),ii=/<style\b[^>]*>[\s\S]*?<\/style\s*>/gi,si=/<[a-z][^\s>/]*(?:[^>"']|"[^"]*"|'[^']*')*>/gi,ni=/([\s"'/])style(\s*=)/gi,oi=i=>i.replaceAll("&","&amp;").replaceAll("<","&lt;").replaceAll(
">","&gt;");function M(i){let t=0,e="";for(let s of i.replace(/\n+$/,"").split(`
`)){let n=/^(?:> ?)*/.exec(s)?.[0]??"",o=n.split(">").length-1;e+='<blockquote type="cite">'.repeat(Math.max(0,o-t)),e+="</blockquote>".repeat(Math.max(0,t-o)),t=o;let r=(o?s.slice(n.length):s).replace(
/^ | {2,}| $/g,c=>" ".repeat(c.length));e+=`<div>${oi(r)||"<br>"}</div>`}return e+"</blockquote>".repeat(t)}function ri(i){return i.replace(ii,"").replace(si,t=>t.replace(ni,"$1data-style$2"))}var Ut=i=>new DOMParser().
parseFromString(ri(i),"text/html").body;function _t(i){for(let t of Ut(i).querySelectorAll("*")){if(!ei.has(t.tagName)||t.hasAttribute("data-style")||t.hasAttribute("color"))return!0;let e=t.getAttribute(
"href");if(e&&!e.endsWith(t.textContent??""))return!0}return!1}function ht(i){return`${Ht(Ut(i)).join(`
`).replaceAll(" "," ")}
`}function Ht(i){let t=[],e="",s=()=>{e&&t.push(e.trimEnd()),e=""};for(let n of i.childNodes)n instanceof Element&&ti.has(n.tagName)?(s(),t.push(...ai(n))):n instanceof Element&&n.tagName==="BR"?(t.push(
e.trimEnd()),e=""):e+=ci(n);return s(),t}function ai(i){let t=i.tagName==="PRE"?(i.textContent??"").split(`
`):Ht(i);if(i.tagName==="BLOCKQUOTE")return t.map(e=>li(e));if(i.tagName==="LI"){let e=i.parentElement,s=[...e?.children??[]].indexOf(i)+1,n=e?.tagName==="OL"?`${s}. `:"- ";return t.map((o,r)=>(r?" ".
repeat(n.length):n)+o)}return t}var li=i=>i.startsWith(">")?`>${i}`:`> ${i}`.trimEnd();function ci(i){let t=(i.textContent??"").replace(/[ \t\r\n]+/g," ");if(!(i instanceof Element))return t;if(i.tagName===
"IMG")return i.getAttribute("alt")??"";let e=i.tagName==="A"?i.getAttribute("href")??"":"";return e&&!e.endsWith(t)?`${t} <${e}>`:t}var Kt="@pictures.lemonade",Jt=/<img\b[^<>]*>/gi,pt=/\bdata-cid="([^"]*)"/,Gt=/\bsrc="([^"]*)"/;var Vt=i=>i.replace(Jt,t=>{let e=pt.exec(t)?.[1];return e?t.replace(Gt,`src="cid:${e}"`).replace(pt,""):t});function ut(i){let t=[];for(let[e]of i.matchAll(Jt)){let s=(pt.exec(e)?.[1]??"").replace(Kt,
""),n=/^data:(image\/\w+);base64,(.*)$/.exec(Gt.exec(e)?.[1]??"");if(!s||!n)continue;let o=Uint8Array.from(atob(n[2]??""),d=>d.charCodeAt(0)),r=n[1]??"",c=`${s}~picture.${r.slice(6)}`;t.push({key:s,file:new File(
[o],c,{type:r})})}return t}function Xt(i,t){for(let e of t){let s=`file.${e}`;if(h(`input[name=picture][value="${s}"]`,i))continue;let n=document.createElement("input");Object.assign(n,{type:"hidden",
name:"picture",value:s}),n.dataset.cid=e+Kt,i.append(n)}}function Qt(i,t,e){if(!t)return e?`${i.trimEnd()}

-- 
${e}
`:i;let s=i.split(`
`),n=t.split(`
`),o=s.findLastIndex((d,k)=>n.every((E,g)=>s[k+g]===E));if(o<0)return i;let r=s[o-1]==="-- ",c=e||!r?o:o-1;return s.splice(c,o+n.length-c,...e?e.split(`
`):[]),s.join(`
`)}var di=250,Zt=new WeakMap;function Yt(i){let t=h("[data-editor]",i);t&&Zt.set(i,new ft(i,t))}var N=i=>Zt.get(i),ft=class{constructor(t,e){this.form=t,this.box=e;let s=o=>a(`[data-area="${o}"]`,e);this.
text=s("text"),this.html=s("html"),this.flag=a("[data-flag]",e),this.switch=a('[data-do="rich"]',e),this.editor=null,this.timer=0,this.stored=new Set,this.isBehind=!1,this.first=this.text.value,this.original=
this.html.value,this.switch.addEventListener("click",()=>this.toRich()),this.text.addEventListener("input",()=>this.takeTyped()),t.addEventListener("recall",()=>this.recall()),t.addEventListener("form\
data",({formData:o})=>{if(this.take(),!!this.isRich){o.set("html",Vt(this.html.value));for(let{key:r,file:c}of ut(this.html.value))this.stored.has(r)||o.append("pictures",c)}}),t.addEventListener("sav\
ed",o=>{let r=String(o.detail),c=ut(r).map(({key:d})=>d);for(let d of c)this.stored.add(d);Xt(e,c)});let n=e.dataset.rich!==void 0;this.setMode(n),n&&this.open()}get isRich(){return this.flag.name!==""}setMode(t){
this.text.name=t?"":"text",this.html.name=t?"html":"",this.flag.name=t?"rich":"",this.switch.hidden=t;let e=t&&this.editor!==null;this.text.hidden=e,a("label",this.box).setAttribute("for",e?"":this.text.
id)}takeTyped(){if(!this.isRich||this.editor)return;let t=this.text.value,e=this.original&&t.endsWith(this.first);this.html.value=e?M(t.slice(0,t.length-this.first.length))+this.original:M(t)}async open(t=!1){
try{let{editIn:e}=await import(this.box.dataset.editor??"");if(!this.isRich||this.editor)return;let s=t||document.activeElement===this.text,n=s?this.text.selectionStart:0;this.editor=e(this.box,this.html.
value,{change:()=>this.noteChange(),plain:()=>this.toPlain(),place:n}),this.setMode(!0),s&&this.editor.focus()}catch{this.setMode(!1)}}noteChange(){this.isBehind=!0,clearTimeout(this.timer),this.timer=
setTimeout(()=>{this.take(),this.html.dispatchEvent(new Event("input",{bubbles:!0}))},di)}take(){!this.isBehind||!this.editor||(this.isBehind=!1,this.html.value=this.editor.html())}insert(t,e){if(this.
editor&&this.isRich)return this.editor.insert(e||M(t));this.text.setRangeText(t,this.text.selectionStart,this.text.selectionEnd,"end"),this.text.dispatchEvent(new Event("input",{bubbles:!0})),this.text.
focus()}replaceSignature(t,e){if(this.editor&&this.isRich){let n=e.text?e.html||M(e.text):"";return this.editor.replaceSignature(t.text,n)}let s=Qt(this.text.value,t.text,e.text);s!==this.text.value&&
(this.text.value=s,this.text.dispatchEvent(new Event("input",{bubbles:!0})))}toPlain(){this.take(),!(_t(this.html.value)&&!confirm(l("losesFormat")))&&(this.text.value=ht(this.html.value),this.close(),
this.text.focus(),this.text.dispatchEvent(new Event("input",{bubbles:!0})))}toRich(){this.html.value=M(this.text.value),this.setMode(!0),this.html.dispatchEvent(new Event("input",{bubbles:!0})),this.open(
!0)}close(){clearTimeout(this.timer),this.isBehind=!1,this.editor?.end(),this.editor=null,this.setMode(!1)}recall(){let t=this.box.dataset.recalled;t==="text"&&this.isRich?this.close():t==="html"&&!this.
isRich&&(this.setMode(!0),this.open()),this.original=this.html.value,this.first=this.text.value,this.editor?.setHtml(this.html.value)}};var hi="lemonade",j="forms";var te=null,P=null,z=0;function mt(){return te??=new Promise((i,t)=>{let e=indexedDB.open(hi,1);e.onupgradeneeded=()=>e.result.createObjectStore(j,{keyPath:["account","form"]}),e.onsuccess=()=>{P=e.result,
P.onversionchange=()=>P?.close(),i(P)},e.onerror=()=>t(e.error),e.onblocked=()=>t(new Error("the store is in use"))}),te}function ee(i,t){return new Promise((e,s)=>{let n=i.transaction(j,"readwrite",{
durability:"strict"});n.oncomplete=()=>e(),n.onabort=()=>s(n.error),t(n.objectStore(j)),n.commit()})}async function ie(i){let t=P??await mt();if(z)throw new Error("signed out");await ee(t,e=>e.put(i))}
async function se(i){let t=P??await mt(),e=IDBKeyRange.bound([i],[i,[]]);return(await new Promise((n,o)=>{let r=t.transaction(j).objectStore(j).getAll(e);r.onsuccess=()=>n(r.result),r.onerror=()=>o(r.
error)})).filter(({at:n})=>Date.now()-n<2592e6).sort((n,o)=>o.at-n.at)}async function F(i,t){let e=P??await mt(),s=IDBKeyRange.bound([i],[i,[]]);await ee(e,n=>n.delete(t?[i,t]:s))}var b=()=>document.getElementById(
"account")?.dataset.address??"";function ne(i){i>z&&(z=0)}function gt(){let i=new BroadcastChannel("sign-out");return i.addEventListener("message",({data:t})=>{t===b()&&(z=performance.now())}),i}function oe(i){
let t=gt();document.addEventListener("submit",async e=>{let s=e.target;if(!s.matches("[data-sign-out]"))return;e.preventDefault(),await i?.(),z=performance.now(),t.postMessage(b());let n=new Promise(o=>setTimeout(
o,1e3));await Promise.race([F(b()).catch(()=>{}),n]),s.submit()})}var pi=new Set(["hidden","file","submit"]),ui=["csrfmiddlewaretoken","once","replaces","again","files","rich","picture","pictures"],fi=1500,wt=new Map,mi=i=>`form ${i}`,w=i=>p("[name=once]",i)?.value??
"",T=i=>[...p("[name=files]",i)?.files??[],...v("[data-unfinished]",i).map(t=>({name:t.value,size:0}))];function m(i){let t=new FormData(i);for(let e of ui)t.delete(e);return JSON.stringify([...t].map(
([e,s])=>[e,String(s)]))}var re=i=>i.dataset.page??location.pathname+location.search;function W(i){let t=new URL(re(i),location.href);t.searchParams.set("form",w(i)),i.dataset.page?i.dataset.page=t.pathname+
t.search:history.replaceState(history.state,"",t)}function R(i,{saved:t=!1,left:e=!1,isNewer:s=!1}){let o=[...i.elements].filter(r=>r.name&&!pi.has(r.type));return ie({account:b(),form:w(i),url:re(i),
fields:o.map(r=>[r.name,r.value,r.checked??null]),files:T(i).map(r=>r.name),parts:Nt(i),saved:t,left:e&&t,isNewer:s,at:Date.now()})}var X=i=>F(b(),w(i)).catch(()=>{});async function ae(i){let t=w(i);if(!t)
return!0;let e=await le(t),n=(await se(b()).catch(()=>[])).find(o=>o.form===t);if(e||bi(i),W(i),!n)return!0;if($t(i,"sent-already")&&!n.isNewer)return X(i),!0;for(let o of n.parts??[])K(i,o);return gi(
i,n.fields),n.files.length&&xi(i,n.files),n.saved&&e}function gi(i,t){for(let[e,s,n]of t)for(let o of v(`[name="${CSS.escape(e)}"]`,i))o.type!=="checkbox"&&o.type!=="radio"?o.value=s:o.value===s&&(o.checked=
!!n),s&&o.value&&o.closest("details")?.setAttribute("open","");wi(i,t)}function wi(i,t){let e=t.find(([r])=>r==="html")??t.find(([r])=>r==="text"),s=h("[data-editor]",i);if(!e||!s)return;let[n,o]=e;a(
`[data-area="${n}"]`,s).value=o,s.dataset.recalled=n,i.dispatchEvent(new Event("recall"))}function xi(i,t){let e=u(i,"attach-again");e.hidden=!1,a("span",e).textContent=l("attachAgain",{names:t.join("\
, ")})}function le(i){return navigator.locks?new Promise(t=>{let e=AbortSignal.timeout(fi);navigator.locks.request(mi(i),{signal:e},()=>(t(!0),new Promise(s=>wt.set(i,()=>s(void 0))))).catch(()=>t(!1))}):
Promise.resolve(!0)}function ce(i){wt.get(w(i))?.(),wt.delete(w(i))}function bi(i){let t=p("[name=once]",i);t&&(t.value=i.dataset.spare??""),le(w(i))}var vi=300,yi=2e3,ki=6e3,Ei=2e4,Ti=2e3,Ai=6e4,Si=6e4,Oi=3e3,de=8e3,Q=class{constructor(t){this.form=t,this.onServer=m(t),this.atFirst=this.onServer,this.inBrowser="",this.isOver=!1,this.isClosed=!1,this.
sent="",this.tries=new Set,this.isResting=!1,this.failures=0,this.since=0,this.kind="",this.underWay=null,this.keepTimer=0,this.saveTimer=0,this.closing=new AbortController}async start(){let{signal:t}=this.
closing;addEventListener("pagehide",()=>this.leave(),{signal:t}),addEventListener("beforeunload",s=>{let n=this.isDirty&&this.inBrowser!==m(this.form);!this.isOver&&(n||T(this.form).length)&&s.preventDefault()},
{signal:t}),addEventListener("online",()=>this.hurry(),{signal:t}),document.addEventListener("visibilitychange",()=>{document.visibilityState==="hidden"&&this.isDirty?this.keep():this.failures&&this.hurry()},
{signal:t}),this.atFirst=m(this.form),await ae(this.form)&&(this.onServer=m(this.form)),this.form.addEventListener("input",()=>this.noteChange()),this.form.addEventListener("change",()=>this.noteChange()),
this.noteChange()}get isWritten(){return m(this.form)!==this.atFirst||T(this.form).length>0}get isDirty(){return m(this.form)!==this.onServer}get isNewer(){let t=m(this.form);return this.isClosed&&!this.
tries.size||[...this.tries].some(e=>e!==t)}noteChange(){this.isOver||!this.isDirty||(clearTimeout(this.keepTimer),this.keepTimer=setTimeout(()=>this.keep(),vi),!(this.failures||this.isResting||this.isClosed)&&
(this.since||=Date.now(),this.schedule(Math.max(0,Math.min(yi,this.since+ki-Date.now())))))}schedule(t){clearTimeout(this.saveTimer),this.saveTimer=setTimeout(()=>this.save(),t)}hurry(){this.isDirty&&
!this.isResting&&this.schedule(0)}async keep(){let t=m(this.form);this.isOver||t===this.inBrowser||(await R(this.form,{isNewer:this.isNewer}).then(()=>{this.inBrowser=t}).catch(()=>{}),this.isClosed&&
this.tellClosed())}async save(){if(this.underWay||this.isOver||this.isClosed||this.isResting||!this.isDirty||(this.underWay=this.saveNow().finally(()=>{this.underWay=null}),await this.underWay,!this.isDirty||
this.isOver||this.isResting))return;let t=Math.min(Ti*2**(this.failures-1),Ai);this.failures?this.schedule(t*(.75+Math.random()/2)):this.noteChange()}async saveNow(){let t=m(this.form),e=w(this.form),
s=It(this.form),n=performance.now(),o=N(this.form)?.html.value??"";this.since=0;let r={};try{let c=await fetch(this.form.dataset.autosave??"",{method:"POST",body:this.body(),headers:{"X-Pane":"form"},
signal:AbortSignal.timeout(Ei)});r=(c.headers.get("Content-Type")??"").includes("json")?await c.json():{}}catch{}e===w(this.form)&&(r.saved&&ne(n),r.saved&&this.form.dispatchEvent(new CustomEvent("sav\
ed",{detail:o})),r.over?await this.close():r.saved?(Mt(this.form,s),await this.noteSaved(r,t)):await this.noteFailure(r))}body(){let t=x(),e=p("[name=csrfmiddlewaretoken]",this.form);t&&e&&(e.value=t);
let s=new FormData(this.form);return s.delete("files"),s}async noteSaved(t,e){this.failures=0,this.onServer=e;let s=p("[name=replaces]",this.form);s&&(s.value=t.replaces??""),t.pause&&(this.since=Date.
now()+t.pause*1e3),this.isDirty||await R(this.form,{saved:!0}).catch(()=>{});let n=`${document.documentElement.lang}-u-nu-latn`,o=new Date().toLocaleTimeString(n,{hour:"2-digit",minute:"2-digit"});if(this.
tell("saved",l("savedAt",{time:o})),t.other){let r=u(this.form,"elsewhere");r.hidden=!1,a("a",r).setAttribute("href",t.other)}}async noteFailure(t){this.failures+=1,await this.keep();let e=this.inBrowser===
m(this.form),s=t.text?`${t.text} `:"";this.tell("unsaved",s+l(e?"onlyHere":"nowhere"),t.login)}tell(t,e,s){let n=T(this.form).length?` ${l("filesNotKept")}`:"",o=u(this.form,"draft-state");if(o.textContent=
e+n,s){let r=document.createElement("a");Object.assign(r,{href:s,textContent:l("signIn"),target:"_blank"}),o.append(" ",r)}t!==this.kind&&(u(this.form,"draft-news").textContent=e+n),this.kind=t}async settle(){
this.isResting=!0,clearTimeout(this.saveTimer),await this.keep();let t=new Promise(e=>setTimeout(e,de));await Promise.race([this.underWay,t]),this.sent=m(this.form),this.tries.add(this.sent)}resume(){
this.isResting=!1,this.noteChange()}async revive(t){(this.isOver||this.isClosed)&&(this.onServer=""),this.isOver=this.isClosed=!1,this.inBrowser=this.kind="",this.tries.clear(),this.failures=0,await this.
keep(),this.inBrowser&&await F(b(),t).catch(()=>{})}async close(){if(this.isClosed=!0,this.onServer=this.tries.size===1?this.sent:"",this.inBrowser="",this.failures=0,this.isDirty)return this.keep();await X(
this.form),this.tellClosed()}tellClosed(){let t=this.inBrowser===m(this.form),e=this.isDirty?` ${l(t?"newerHere":"nowhere")}`:"";this.tell(`closed${e}`,l("sentAlready")+e)}async end(){this.isOver=!0,clearTimeout(
this.saveTimer),clearTimeout(this.keepTimer),m(this.form)===this.sent?await X(this.form):await R(this.form,{isNewer:!0}).catch(()=>{})}async signOut(){clearTimeout(this.saveTimer),clearTimeout(this.keepTimer);
let t=new Promise(e=>setTimeout(e,Oi));await Promise.race([this.save(),t]),this.isOver=!0,clearTimeout(this.saveTimer),clearTimeout(this.keepTimer)}async leaveOpenPage(){await this.keep();let t=new Promise(
s=>setTimeout(s,de));await Promise.race([this.underWay??this.save(),t]),this.isDirty&&!this.failures&&await Promise.race([this.save(),t]);let e=!this.isDirty;return await R(this.form,{saved:e,left:!0}).
catch(()=>{}),e}stop(){this.isOver=!0,clearTimeout(this.saveTimer),clearTimeout(this.keepTimer),this.closing.abort(),ce(this.form)}leave(){if(this.isOver)return;let t=this.isDirty,{isNewer:e,isClosed:s}=this;
(t||this.inBrowser&&!s)&&R(this.form,{saved:!t,left:!0,isNewer:e}).catch(()=>{});let n=new Blob([m(this.form)]).size;!t||s||this.isResting||n>Si||fetch(this.form.dataset.autosave??"",{method:"POST",body:this.
body(),headers:{"X-Pane":"form"},keepalive:!0}).catch(()=>{})}};var Li=/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/,Ci=/^"(?:[^"\\]|\\[ -~])+"$/,he=/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/,Pi=/^[\p{L}\p{N}\p{M} !#$%&'*+/=?^_`{|}~-]+$/u;
function D(i){return $i(i).map(t=>t.replace(/^[^"<@]*:(?!\/\/)\s*/,"").replace(/^mailto:/i,"")).map(t=>/^[^\s<>"]+@[^\s<>"]+\?/.test(t)?t.split("?")[0]??"":t).flatMap(t=>Di(t)?t.split(/\s+/):[t]).map(
t=>t.trim()).filter(Boolean)}var Di=i=>!/[<"]/.test(i)&&i.split(/\s+/).every(t=>/.@./.test(t));function $i(i){let t=[],e="",s=!1,n=!1,o=!1;for(let r of i){if(s)n?n=!1:r==="\\"?n=!0:r==='"'&&(s=!1);else if(!o&&
/[,;\n\r\t]/.test(r)){t.push(e),e="";continue}else s=r==='"',o=r==="<"||o&&r!==">";e+=r}return[...t,e].map(r=>r.trim()).filter(Boolean)}var pe=i=>(i.match(/(?<!\\)"/g)??[]).length%2===1;function Z(i){
let t=/^(.*?)<([^<>]*)>$/s.exec(i.trim()),e=(t?.[1]??"").trim(),s=(t?.[2]??i).trim(),o=e.length>1&&e.startsWith('"')&&e.endsWith('"')?e.slice(1,-1).replace(/\\(.)/g,"$1"):e,r=!t&&/[<>]/.test(i)?"angle\
s":Ii(s);return{text:i.trim(),name:o.split(/\s+/).filter(Boolean).join(" "),address:s,problem:r}}function Ii(i){let t=i.lastIndexOf("@"),e=i.slice(0,Math.max(0,t)),s=i.slice(t+1);return t<0?"noAt":e?s?
s.includes(" ")||e.includes(" ")&&!e.startsWith('"')?"space":/[^\0-\x7f]/.test(e)?"letters":!Li.test(e)&&!Ci.test(e)?"localPart":e.length>64||i.length>254?"tooLong":Mi(s.replace(/\.$/,""))?"":"domain":
"noDomain":"noLocalPart"}function Mi(i){if(/^[\0-\x7f]*$/.test(i))return i.split(".").every(t=>he.test(t));try{return new URL(`http://${i}`).hostname.split(".").every(t=>he.test(t))}catch{return!1}}function ue(i,t){
return i?`${Pi.test(i)?i:`"${i.replace(/[\\"]/g,"\\$&")}"`} <${t}>`:t}var B=i=>i.address.toLowerCase();var Ni=120,Y=class{constructor(t,e,s,n,o){this.entry=t,this.list=e,this.url=s,this.accept=n,this.tell=o,this.people=[],this.at=-1,this.isChosen=!1,this.timer=0,this.running=null,e.addEventListener("po\
interdown",r=>r.preventDefault()),e.addEventListener("click",r=>{let c=r.target.closest("[role=option]"),d=this.people[[...e.children].indexOf(c)];d&&this.take(d)})}get active(){return this.people[this.
at]??null}look(t){if(clearTimeout(this.timer),this.running?.abort(),!t)return this.close();this.timer=setTimeout(()=>this.ask(t),Ni)}async ask(t){this.running=new AbortController;try{let e=await fetch(
`${this.url}?q=${encodeURIComponent(t)}`,{headers:{"X-Pane":"people"},signal:this.running.signal});e.ok&&this.entry.value.trim()===t&&this.show((await e.json()).people)}catch(e){if(!(e instanceof DOMException&&
e.name==="AbortError")&&!(e instanceof TypeError))throw e}}show(t){this.people=t,this.isChosen=!1,this.list.replaceChildren(...t.map((e,s)=>this.draw(e,s))),this.list.hidden=!t.length,this.entry.setAttribute(
"aria-expanded",String(t.length>0)),this.go(t.length?0:-1),t.length&&this.tell(t.length)}draw(t,e){let s=a("li",L("suggested-person"));return s.id=`${this.list.id}-${e}`,xt(s,t.photo),a(".name",s).textContent=
t.name||t.address,a(".address",s).textContent=t.name?t.address:"",a(".kind",s).textContent=t.note,s}go(t){this.at=t,[...this.list.children].forEach((s,n)=>{s.setAttribute("aria-selected",String(n===t))});
let e=this.list.children[t];e?this.entry.setAttribute("aria-activedescendant",e.id):this.entry.removeAttribute("aria-activedescendant"),e?.scrollIntoView({block:"nearest"})}step(t){this.people.length&&
(this.isChosen=!0,this.go((this.at+t+this.people.length)%this.people.length))}take(t){this.close(),this.accept(t)}close(){clearTimeout(this.timer),this.running?.abort(),this.people.length&&this.show([])}};
function xt(i,t){let e=h("img",i);t&&e?e.src=t:e?.remove()}var q=Object.getOwnPropertyDescriptor(HTMLInputElement.prototype,"value"),y=null;function fe(i){let t=[];for(let e of f("[data-recipients]",i))t.push(new bt(e,t));for(let e of f(".more-lines > summary",
i))e.addEventListener("dragenter",()=>{y&&e.parentElement?.setAttribute("open","")})}var bt=class{constructor(t,e){this.all=e,this.source=a("input[name]",t),this.label=a("label",t).textContent??"",this.
box=a(".people",L("people")),this.list=a(".chosen",this.box),this.entry=a(".entry",this.box),this.news=a(".news",this.box),this.wrong=a(".wrong",this.box),this.people=new Map,this.takeOver();let s=a("\
[role=listbox]",this.box);s.id=`${this.entry.id}-options`,s.setAttribute("aria-label",l("suggestedPeople")),this.entry.setAttribute("aria-controls",s.id),this.suggestions=new Y(this.entry,s,t.dataset.
recipients??"",n=>{this.entry.value="",this.add(D(n.label),n.photo),this.entry.focus()},n=>this.tell(_("suggestions",n))),this.listen(),this.read()}takeOver(){let{source:t,entry:e}=this;e.id=t.id,t.removeAttribute(
"id"),t.classList.add("real"),t.tabIndex=-1,t.setAttribute("aria-hidden","true"),t.after(this.box),t.addEventListener("focus",()=>e.focus()),Object.defineProperty(t,"value",{get:()=>q.get?.call(t),set:s=>{
q.set?.call(t,s),this.read()}}),t.autofocus&&e.focus()}listen(){let{entry:t,list:e,box:s}=this;t.addEventListener("input",()=>{this.sync(!1),this.suggestions.look(t.value.trim())}),t.addEventListener(
"keydown",n=>this.pressInEntry(n)),t.addEventListener("paste",n=>{let o=n.clipboardData?.getData("text/plain")??"";D(o).length<2||(n.preventDefault(),this.add(D(`${t.value}
${o}`)),t.value="",this.sync())}),t.addEventListener("blur",()=>{this.suggestions.close(),this.commit()}),e.addEventListener("keydown",n=>this.pressInList(n)),e.addEventListener("click",n=>{let o=n.target,
r=this.personAt(o);r&&o.closest(".remove")&&this.remove(r)}),e.addEventListener("dblclick",n=>{let o=this.personAt(n.target);o&&this.edit(o)});for(let n of["copy","cut"])e.addEventListener(n,o=>this.copy(
o));e.addEventListener("dragstart",n=>{let o=this.personAt(n.target);!o||!n.dataTransfer||(y={field:this,recipient:o},n.dataTransfer.setData("text/plain",o.text),n.dataTransfer.effectAllowed="move")}),
e.addEventListener("dragend",()=>{y=null}),s.addEventListener("dragover",n=>{y&&this.all.includes(y.field)&&n.preventDefault()}),s.addEventListener("drop",n=>{!y||!this.all.includes(y.field)||(n.preventDefault(),
y.field.move(y.recipient,this),y=null)}),s.addEventListener("click",n=>{(n.target===s||n.target===e)&&t.focus()})}read(){if(q.get?.call(this.source)===this.written())return;this.list.replaceChildren(),
this.people.clear();let t=D(String(q.get?.call(this.source))).map(Z),s=t.at(-1)?.problem?t.pop():null;this.entry.value=s?.text??"",this.draw(t),this.showProblem()}written(){return[...[...this.people.keys()].
map(e=>e.text),this.entry.value.trim()].filter(Boolean).join(", ")}sync(t=!0){q.set?.call(this.source,this.written()),this.source.removeAttribute("aria-invalid"),t&&this.source.dispatchEvent(new Event(
"input",{bubbles:!0})),this.showProblem()}add(t,e=""){let s=new Set([...this.people.keys()].map(B)),n=t.map(Z).filter(r=>{let c=!s.has(B(r));return s.add(B(r)),c});this.draw(n,e),this.sync();let[o]=n;
n.length===1&&o&&!o.problem?this.tell(l("personAdded",{name:o.name||o.address})):n.length>1&&this.tell(_("peopleAdded",n.length))}draw(t,e=""){let s=document.createDocumentFragment();for(let n of t){let o=a(
"li",L("chosen-person")),r=a(".who",o),c=n.problem?n.text:n.name||n.address;a(".name",r).textContent=c,r.title=n.problem?l(n.problem):n.text,r.setAttribute("aria-label",n.problem?`${n.text}: ${l(n.problem)}`:
n.text),o.classList.toggle("bad",!!n.problem),xt(o,e),a(".remove",o).setAttribute("aria-label",l("removePerson",{name:c})),this.people.set(n,o),s.append(o)}this.list.append(s),this.count()}count(){this.
list.hidden=!this.people.size;let t={field:this.label};this.list.setAttribute("aria-label",_("peopleIn",this.people.size,t))}showProblem(){let t=[...this.people.keys()].find(s=>s.problem),e=t?l("noAdd\
ress",{text:t.text.slice(0,80),why:l(t.problem)}):"";this.wrong.textContent!==e&&(this.wrong.textContent=e)}commit(){let t=this.entry.value.trim();return t?(this.entry.value="",this.add(D(t)),!0):!1}remove(t){
let e=this.people.get(t),s=e?.nextElementSibling,n=e?.contains(document.activeElement);e?.remove(),this.people.delete(t),this.count(),this.sync(),n&&(s?a(".who",s):this.entry).focus(),this.tell(l("per\
sonRemoved",{name:t.name||t.text}))}edit(t){this.commit(),this.remove(t),this.entry.value=t.problem?t.text:ue(t.name,t.address),this.sync(),this.entry.focus(),this.entry.select()}move(t,e){if(!e||e===
this)return;this.remove(t),e.source.closest("details")?.setAttribute("open",""),e.add([t.text]);let s=[...e.people].find(([o])=>B(o)===B(t))?.[1];s&&a(".who",s).focus();let n={name:t.name||t.text,field:e.
label};e.tell(l("personMoved",n))}copy(t){let e=this.personAt(document.activeElement);!e||!t.clipboardData||(t.clipboardData.setData("text/plain",e.text),t.preventDefault(),t.type==="cut"&&this.remove(
e))}personAt(t){let e=t?.closest("li");return[...this.people].find(([,s])=>s===e)?.[0]}pressInEntry(t){let{entry:e,suggestions:s}=this;if(t.isComposing)return;let n=e.selectionStart===0&&e.selectionEnd===
0,o=document.dir==="rtl"?"ArrowRight":"ArrowLeft",r=(t.key===","||t.key===";")&&!pe(e.value);if(t.key==="Enter"&&(t.ctrlKey||t.metaKey)||t.key==="Tab"){e.value.trim()&&this.finish();return}if(t.key===
"ArrowDown")s.step(1);else if(t.key==="ArrowUp")s.step(-1);else if(t.key==="Escape"&&s.active)s.close();else if(t.key==="Enter"||r)this.finish();else if((t.key==="Backspace"||t.key===o)&&n){let d=[...this.
people.values()].at(-1);if(!d)return;a(".who",d).focus()}else return;t.preventDefault(),t.stopPropagation()}finish(){let{active:t,isChosen:e}=this.suggestions,s=D(this.entry.value).map(Z);t&&(e||s.some(
n=>n.problem))?this.suggestions.take(t):(this.suggestions.close(),this.commit())}pressInList(t){let e=this.personAt(document.activeElement);if(!e||t.isComposing)return;let s=[...this.people.values()],
n=s.indexOf(this.people.get(e)),o=document.dir==="rtl"?-1:1,r=this.all.indexOf(this),c=d=>(s[d]?a(".who",s[d]):this.entry).focus();if(t.altKey&&t.key==="ArrowDown")this.move(e,this.all[r+1]);else if(t.
altKey&&t.key==="ArrowUp")this.move(e,this.all[r-1]);else if(t.key==="ArrowLeft")c(Math.max(0,n-o));else if(t.key==="ArrowRight")c(Math.max(0,n+o));else if(t.key==="Home")c(0);else if(t.key==="End")c(
s.length);else if(t.key==="Backspace"||t.key==="Delete")this.remove(e);else if(t.key==="Enter"||t.key==="F2")this.edit(e);else return;t.preventDefault(),t.stopPropagation()}tell(t){this.news.textContent=
t}};function me(i){let t=h("select[name=sender]",i);if(!t)return;let e=t.value,s=Promise.resolve();t.addEventListener("change",()=>{let n=t.value;s=s.then(()=>Ri(t.dataset.settings??"",e,n)).then(o=>{e=n,
o&&Bi(i,o.before,o.after)}).catch(()=>{})})}async function Ri(i,t,e){let s=new URLSearchParams({before:t,after:e}),n=await fetch(`${i}?${s}`,{headers:{"X-Pane":"form"}});return n.ok?n.json():null}function Bi(i,t,e){
N(i)?.replaceSignature(t,e);let s=p("[name=bcc]",i);s&&ji(s,zi(s.value,t.bcc,e.bcc)),s?.value&&s.closest("details")?.setAttribute("open","")}function ji(i,t){i.value!==t&&(i.value=t,i.dispatchEvent(new Event(
"input",{bubbles:!0})))}function zi(i,t,e){let s=i.trim().replace(/,$/,"");return t&&s===t?s="":t&&s.endsWith(`, ${t}`)&&(s=s.slice(0,-t.length-2)),[s,s.includes(e)?"":e].filter(Boolean).join(", ")}function ge({title:i,lines:t,yes:e,no:s}){let n=S('<dialog class="question" aria-labelledby="question-title" aria-describedby="question-lines"><h2 id="question-title"></h2><ul id="question-lines"></ul\
><p class="actions"><button type="button" class="primary" value="yes"></button><button type="button" value=""></button></p></dialog>');a("h2",n).textContent=i;for(let r of t)a("ul",n).append(Object.assign(
document.createElement("li"),{textContent:r}));let o=n.querySelectorAll("button");return[e,s].forEach((r,c)=>{let d=o[c];d.textContent=r,d.addEventListener("click",()=>n.close(d.value))}),document.body.
append(n),n.showModal(),new Promise(r=>{n.addEventListener("close",()=>{n.remove(),r(n.returnValue==="yes")})})}var Fi=5e5,xe={pane:"form",begin(){},fail(){},end:({goal:i})=>location.assign(i)};function be(i,t,e){let s=!1;i.addEventListener("submit",async n=>{if(n.preventDefault(),s)return;s=!0;let o=Wi(i,n.submitter),
r=o?.value??"";u(i,"saved").textContent=l("aMoment"),e.begin(r),r==="discard"&&await t.save(),await t.settle();let c=w(i),d=await Ui(i,o,e.pane).catch(()=>{tt(i,l("noConnection"))});if(s=!1,d?.goal){await t.
end(),e.end(d);return}e.fail(),u(i,"saved").textContent="",w(i)!==c&&await t.revive(c),t.resume(),d&&"questions"in d&&qi(i,o,d)})}function Wi(i,t){let e=t,s=p("[name=later]",i);return!s||!e?.value.startsWith(
"later.")?e:(s.value=e.value.slice(6),s.dispatchEvent(new Event("input",{bubbles:!0})),a('.send [value="send"]',i))}async function qi(i,t,{questions:e,field:s}){let n={title:l("askTitle"),yes:l("sendA\
nyway"),no:l("changeIt")};await ge({...n,lines:e})?i.requestSubmit(t):ve(i,s)}async function Ui(i,t,e){let s=x(),n=p("[name=csrfmiddlewaretoken]",i);s&&n&&(n.value=s);let o={"X-Pane":e},{unsent:r="",login:c=""}=i.
dataset;if(_i(i)>Fi&&(await fetch(r,{method:"HEAD",headers:o,redirect:"manual"})).status===401)return we(i,c);let d=new FormData(i,t),k=await fetch(i.action,{method:"POST",body:d,headers:o}),g=(k.headers.
get("Content-Type")??"").includes("json")?await k.json():{};return g.login?we(i,g.login):g.problem?.questions.length?g.problem:g.problem?Hi(i,g.problem):g.goal?g:(tt(i,g.text?`${g.text} ${l("stillHere")}`:
l("failed",{status:k.status})),null)}var _i=i=>T(i).reduce((t,e)=>t+e.size,0);function tt(i,t,e){let s=u(i,"problem");s.hidden=!1;let n=a("span",s);if(n.textContent=t,e){let o=document.createElement("\
a");n.append(" ",Object.assign(o,{href:e,textContent:l("signIn"),target:"_blank"}))}s.scrollIntoView({block:"nearest"})}function we(i,t){return tt(i,l("ended"),t),null}function Hi(i,{text:t,field:e,once:s,
gone:n,replaces:o}){tt(i,t);for(let c of f("[aria-invalid]",i))c.removeAttribute("aria-invalid");ve(i,e)?.setAttribute("aria-invalid","true");let r=p("[name=replaces]",i);r&&(r.value=o),Ki(i,s);for(let c of v(
'[name="kept"]',i))n.includes(c.value)&&c.closest("li")?.remove();return null}function ve(i,t){let e=t?h(`[name="${CSS.escape(t)}"]:not([type=hidden])`,i):null;return e?.closest("details")?.setAttribute(
"open",""),e?.focus(),e}function Ki(i,t){let e=p("[name=once]",i);if(!(!e||e.value===t)){if(e.value=t,!p("[name=again]",i)){let s=document.createElement("input");i.append(Object.assign(s,{type:"hidden",
name:"again",value:"1"}))}W(i)}}function ke(i){let t=h("[data-templates]",i);if(!t)return;t.hidden=!1;let e=a("[data-insert] select",t),s=p("[data-save] input",t);a("[data-insert] button",t).addEventListener("click",()=>ye(i,t.dataset.
fill??"",{template:e.value},n=>Ji(i,n))),a("[data-save] button",t).addEventListener("click",()=>ye(i,t.dataset.keep??"",{template_name:s.value},n=>(e.add(new Option(n.name,n.key)),a("[data-insert]",t).
hidden=!1,s.value="",n.text))),s.addEventListener("keydown",n=>{n.key==="Enter"&&(n.preventDefault(),a("[data-save] button",t).click())})}async function ye(i,t,e,s){let n=x(),o=p("[name=csrfmiddleware\
token]",i);n&&o&&(o.value=n);let r=new FormData(i);r.delete("files");for(let[d,k]of Object.entries(e))r.set(d,k);let c=l("noConnectionNow");try{let d=await fetch(t,{method:"POST",body:r,headers:{"X-Pa\
ne":"form"}}),E=(d.headers.get("Content-Type")??"").includes("json")?await d.json():{};d.ok?c=s(E):E.text&&(c=E.text)}catch{}u(i,"template-news").textContent=c}function Ji(i,{subject:t,text:e,html:s,missing:n}){
let o=p("[name=subject]",i);return o&&t&&!o.value&&Gi(o,t),N(i)?.insert(e,s),n.length?l("notFilledIn",{names:n.join(", ")}):l("inserted")}function Gi(i,t){i.value=t,i.dispatchEvent(new Event("input",{
bubbles:!0}))}var et=new Map;function it(i,t){Vi(i),i.addEventListener("keydown",s=>{s.key==="Enter"&&(s.ctrlKey||s.metaKey)&&h('[value="send"]',i)?.click()}),fe(i),Ft(i),Yt(i),me(i),ke(i);let e=new Q(i);return et.
set(i,e),be(i,e,t),e.start(),e}function Ee(i){et.get(i)?.stop(),et.delete(i)}function Vi(i){let t=p("[name=later]",i),e=()=>{u(i,"send-label").textContent=l(t?.value?"sendLater":"send")};t?.addEventListener(
"input",e),e()}async function st(){await Promise.all([...et.values()].map(i=>i.signOut()))}var Te=9e3;function $(i,t,e){let s=L("toast"),n=a(".toast",s),o=a("form",n);a("span",n).textContent=i,t?Qi(o,t):o.remove(),e&&n.prepend(Xi(e,i));for(let r of f("#toasts > :not([data-stays])"))r.remove();
a("#toasts").append(n),e||Zi(n)}function Xi({done:i,total:t},e){let s=document.createElement("progress");return s.setAttribute("aria-label",e),i&&Object.assign(s,{max:t,value:i}),s}function Qi(i,{url:t,
fields:e}){i.action=t;for(let[s,n]of Object.entries(e))for(let o of n)i.append(Object.assign(document.createElement("input"),{type:"hidden",name:s,value:o}))}function Zi(i){let t=setTimeout(()=>i.remove(),
Te),e=()=>clearTimeout(t),s=()=>{e(),t=setTimeout(()=>i.remove(),Te)};i.addEventListener("pointerenter",e),i.addEventListener("focusin",e),i.addEventListener("pointerleave",s),i.addEventListener("focu\
sout",s)}function Ae(i){try{let{account:t,list:e}=JSON.parse(sessionStorage.getItem(i)??"{}");return t===b()&&Array.isArray(e)?e:[]}catch{return[]}}function Se(i,t){try{t.length?sessionStorage.setItem(i,JSON.stringify(
{account:b(),list:t})):sessionStorage.removeItem(i)}catch{}}var Oe=()=>Ae("writers"),vt=i=>Se("writers",i),nt=()=>Ae("sending"),yt=i=>Se("sending",i);var kt=700,Yi=3e4,ts=1.6,Le=6e5,es=8e3,Ce=()=>S('<div class="toast" data-stays><span></span></div>');function Pe(){let i=Ce();return a("span",i).textContent=l("sending"),a("#toasts").append(i),i}function De(i,t){
let e={...i,until:Date.now()+i.seconds*1e3};yt([...nt(),e]),new ot(e,t)}function is(){for(let i of nt())new ot(i)}var ot=class{constructor(t,e=Ce()){this.sending=t,this.wait=kt,this.timer=0,this.isSaid=
!1,this.box=e;let s=t.until-Date.now();s>-Le?(this.say(l("sending")),s>0&&this.offer("undo",l("undo"),()=>this.takeBack()),this.lookIn(Math.max(0,s)+kt)):this.forget()}say(t){let{subject:e}=this.sending;
a("span",this.box).textContent=e?`${t} (${e.slice(0,60)})`:t,a("#toasts").append(this.box)}offer(t,e,s){let n=S(`<button type="button">${I(t)}<span></span></button>`);t==="undo"&&(n.dataset.undo=""),a(
"span",n).textContent=e,n.addEventListener("click",s),this.box.append(n)}clear(){for(let t of this.box.querySelectorAll("button, a"))t.remove()}async look(){if(!this.sending.url)return;let t=await fetch(
this.sending.url,{headers:{"X-Pane":"outcome"}}).catch(()=>null);if(t?.status===404)return this.end();let e=t?.ok?await t.json().catch(()=>null):null;e&&this.tell(e);let s=Date.now()-this.sending.until;
if(e?.final||s>Le)return this.forget();this.wait=Math.min(this.wait*ts,Yi),this.lookIn(this.wait)}lookIn(t){clearTimeout(this.timer),this.timer=setTimeout(()=>this.look(),t)}tell({state:t,text:e}){if(t===
"failed")this.clear(),this.box.setAttribute("role","alert"),this.say(e),this.offer("write",l("edit"),()=>this.takeBack()),this.link(),this.offer("close",l("dismiss"),()=>this.box.remove());else if(t===
"accepted"||t==="delivered"){if(this.isSaid)return;this.isSaid=!0,this.clear(),this.say(e),this.link(),setTimeout(()=>this.isSaid&&this.fade(),es)}else this.clear(),this.say(e),this.offer("undo",l("un\
do"),()=>this.takeBack())}link(){let t=document.createElement("a");t.className="button",Object.assign(t,{href:this.sending.url,textContent:l("whatBecame")}),this.box.append(t)}fade(){this.box.getAttribute(
"role")!=="alert"&&this.box.remove()}async takeBack(){clearTimeout(this.timer),this.clear(),this.say(l("aMoment"));let t=await fetch(this.sending.undo,{method:"POST",body:new URLSearchParams({csrfmiddlewaretoken:x()??
""}),headers:{"X-Pane":"outcome"}}).catch(()=>null);if(!t){this.say(l("notTakenBack")),this.offer("undo",l("undo"),()=>this.takeBack());return}let e=await t.json().catch(()=>({}));if(!e.goal){this.say(
e.text??l("notTakenBack")),this.lookIn(kt);return}this.end(),$(e.text),ss(e.goal)}end(){this.box.remove(),this.forget()}forget(){yt(nt().filter(({url:t})=>t!==this.sending.url))}};function ss(i){let t=document.
createElement("a");t.href=i,t.dataset.writer="",t.hidden=!0,document.body.append(t),t.click(),t.remove()}var $e=`/* The form to write in: on a page of its own, docked beside the mail, or in a conversation. Where it is
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
  .times { display: grid; gap: 4px; padding: 4px 0 8px; min-width: 0; }
  .times legend { font-weight: 600; padding: 0; margin-bottom: 4px; }
  .times p { margin: 0; font-size: .87rem; }
  .presets { display: flex; flex-wrap: wrap; gap: 8px; }
  .presets button { display: grid; justify-items: start; gap: 0; padding-block: 6px; text-align: start; }
  .presets .muted { font-size: .87rem; font-weight: 400; }
  .ask > div { flex: 1; display: grid; gap: 8px; justify-items: start; }
  .ask h2 { font-size: 1rem; }
  .ask ul { list-style: disc; padding-inline-start: 1.3em; }
  .ask button { margin: 0; }
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
  .editor { min-height: max(240px, 34dvh); padding: 12px 14px; outline: none; overflow-wrap: anywhere;
    text-align: start; line-height: 1.55; contain: layout paint; border-radius: 0 0 var(--radius) var(--radius); }
  .editor > * { unicode-bidi: plaintext; } /* each paragraph runs its own way */
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
/* To, Cc and Bcc as people. The input behind them stays the form's own. */
@layer writing {
  .line:has(> .people) { position: relative; align-items: start; }
  .line:has(> .people) > label { padding-block: 10px; }
  .line > .real { position: absolute; width: 1px; min-height: 0; height: 1px; padding: 0; opacity: 0;
    pointer-events: none; inset-block-end: 0; }
  .line:has(> [aria-invalid]) > .people { box-shadow: inset 0 0 0 2px var(--danger); border-radius: 4px; }
  .people { display: flex; flex-wrap: wrap; gap: 4px 6px; padding: 4px 8px; min-width: 0;
    min-height: var(--reach); align-items: center; cursor: text; }
  .people .chosen { display: flex; flex-wrap: wrap; gap: 4px 6px; min-width: 0; max-height: 168px;
    overflow-y: auto; }
  .people .chosen[hidden], .people [role="listbox"][hidden], .people .wrong:empty { display: none; }
  .chosen li { display: flex; align-items: center; max-width: 100%; border: 1px solid var(--edge);
    border-radius: 16px; background: var(--raised); }
  .chosen button { min-height: 32px; border: 0; background: none; padding: 0 2px 0 10px; gap: 6px;
    min-width: 24px; font-weight: 400; }
  .chosen .who { min-width: 0; cursor: grab; padding-inline: 10px 2px; border-radius: 16px; }
  .chosen .who .name { overflow: hidden; text-overflow: ellipsis; }
  .chosen img { border-radius: 50%; object-fit: cover; margin-inline-start: -6px; }
  .chosen .remove { padding: 0 6px; color: var(--muted); border-radius: 16px; justify-content: center; }
  .chosen .remove .icon { width: 14px; height: 14px; }
  .chosen .bad { border-color: var(--danger); color: var(--danger); }
  .chosen .bad .name { text-decoration: underline wavy; text-underline-offset: 3px; }
  .line .people .entry { flex: 1 1 140px; width: auto; min-width: 60px; min-height: 36px; padding-inline: 0; }
  .line .people .entry:focus-visible { outline: 0; }
  .people:has(.entry:focus-visible) { outline: 2px solid var(--accent); outline-offset: -2px;
    border-radius: 4px; }
  .people .wrong { flex-basis: 100%; margin: 0; }
  .people [role="listbox"] { position: absolute; z-index: 5; inset-block-start: 100%; inset-inline: 76px 0;
    max-height: min(420px, 50dvh); overflow-y: auto; background: var(--raised); border: 1px solid var(--edge);
    border-radius: var(--radius); box-shadow: var(--shadow); padding: 4px; }
  .people [role="option"] { display: grid; grid-template: "photo name kind" "photo address kind"
    / 28px minmax(0, 1fr) auto; column-gap: 10px; align-items: center; padding: 4px 8px;
    min-height: var(--reach); border-radius: 6px; cursor: pointer; }
  .people [role="option"][aria-selected="true"], .people [role="option"]:hover { background: var(--soft); }
  .people [role="option"] img { grid-area: photo; border-radius: 50%; object-fit: cover; }
  .people [role="option"] :is(.name, .address) { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .people [role="option"] .name { grid-area: name; } .people [role="option"] .kind { grid-area: kind; }
  .people [role="option"] .address { grid-area: address; font-size: .87rem; }
  .people [role="option"] .address:empty { display: none; }
  @media (max-width: 767px) {
    .people [role="listbox"] { inset-inline: 0; }
    .chosen button { min-height: 40px; min-width: 32px; }
  }
}
`;var St=matchMedia("(max-width: 767px)"),os=572,rs=32,A=[],Et=new Set,Ie=!1,Me=!1,rt=!1,Tt=class{constructor(t,e,s){this.box=t,this.url=e,this.opener=s,this.form=a("form",t),this.isPushed=!1,this.form.
dataset.page=e,W(this.form),t.addEventListener("keydown",n=>this.pressKey(n)),t.addEventListener("click",n=>this.press(n))}start(){this.autosave=it(this.form,{pane:"window",begin:t=>{t==="send"&&(this.
hide(),this.toast=Pe())},fail:()=>{this.toast?.remove(),this.show(),(h("[aria-invalid]",this.form)??h("[value=send]",this.form))?.focus()},end:t=>{let e=new FormData(this.form).get("subject");if(this.
drop(),t.sending){De({...t.sending,subject:String(e??"")},this.toast);return}this.toast?.remove(),t.text&&$(t.text)}})}get shape(){let{classList:t}=this.box;return t.contains("within")?"within":t.contains(
"folded")?"folded":t.contains("full")?"full":"docked"}take(t){this.box.classList.remove("within","folded","full"),t!=="docked"&&this.box.classList.add(t),t!=="within"&&this.box.parentElement!==At()&&At().
prepend(this.box),a('[data-window="fold"]',this.box).setAttribute("aria-expanded",`${t!=="folded"}`),a('[data-window="full"]',this.box).setAttribute("aria-pressed",`${t==="full"}`),at()}pressKey(t){t.
key!=="Escape"||t.defaultPrevented||t.isComposing||h(":popover-open")||(t.preventDefault(),t.stopPropagation(),this.close())}press(t){let e=t.target instanceof Element?t.target:null,s=e?.closest("[dat\
a-window]")??null,n=s?.dataset.window;n==="close"?this.close():n==="full"?this.take(this.shape==="full"?"docked":"full"):n==="dock"?this.take("docked"):(n==="fold"||this.shape==="folded"&&e?.closest("\
.compose-head"))&&this.take(this.shape==="folded"?"docked":"folded"),n&&n!=="close"&&s?.focus(),this.shape==="docked"&&Ne(this)}show(){this.box.hidden=!1,this.shape==="folded"&&this.take("docked"),St.
matches&&!this.isPushed&&(history.state?.writer||history.pushState({...history.state,writer:!0},""),this.isPushed=!0),Ne(this),at()}hide(){this.box.hidden=!0,this.isPushed&&history.state?.writer&&(rt=
!0,history.back()),this.isPushed=!1,((this.opener?.isConnected&&this.opener.checkVisibility()?this.opener:null)??h("#subject")??h("#list-title"))?.focus({preventScroll:!0})}focus(){(h("[autofocus]",this.
form)??h("h2",this.form))?.focus({preventScroll:!0})}async close(){let{autosave:t}=this;if(!t||T(this.form).length){h('[value="save"]',this.form)?.click();return}if(this.hide(),!t.isWritten){this.drop();
return}let e=await t.leaveOpenPage();this.drop(),$(l(e?"draftSaved":"onlyHere"))}drop(){this.box.hidden||this.hide(),Ee(this.form),this.box.remove(),A.splice(A.indexOf(this),1),at()}isAbout(t){let{pathname:e}=new URL(
t),[,s,n]=e.match(/\/mail\/(.+)\/(\d+)\/edit\/$/)??[],o=new FormData(this.form).get("replaces"),[,r,...c]=String(o??"").split(".");return s&&n===r&&decodeURIComponent(s)===c.join(".")?!0:this.url===t&&
e.startsWith("/mail/")}};function At(){let i=h("#writers");if(i)return i;let t=Object.assign(document.createElement("div"),{id:"writers",className:"writers"});return document.body.append(t),t}function Ne(i){
if(St.matches||i.shape!=="docked")return;let t=Math.max(1,Math.floor((innerWidth-rs)/os)),e=A.filter(n=>n.shape==="docked"&&!n.box.hidden),s=e.filter(n=>n!==i);for(let n of s.slice(0,Math.max(0,e.length-
t)))n.take("folded")}function at(){vt(A.filter(i=>!i.box.hidden).map(i=>({url:i.form.dataset.page??"",shape:i.shape})))}function as(){if(Ie)return;Ie=!0;let i=new CSSStyleSheet;i.replaceSync($e),document.
adoptedStyleSheets.push(i),addEventListener("popstate",ls,{capture:!0}),addEventListener("pagehide",at),new MutationObserver(cs).observe(a("#main"),{childList:!0,subtree:!0})}function ls(i){let t=A.findLast(
e=>e.isPushed&&!e.box.hidden);!rt&&!t||(i.stopImmediatePropagation(),!rt&&t&&(t.isPushed=!1,t.close()),rt=!1)}function cs(){for(let i of A)i.box.isConnected||i.take("docked")}async function ds(i){let t=await fetch(
i,{headers:{"X-Pane":Me?"writer":"writer words"}}).catch(()=>null);if(!t)return $(l("canBeRead")),null;if(!t.ok){let o=(t.headers.get("Content-Type")??"").includes("json")?await t.json():{login:i};return o.
login?location.assign(o.login):$(o.text),null}let e=lt(await t.text()),s=h("script",e);return s&&Lt(JSON.parse(s.textContent??"{}")),document.body.append(...f("template:is([id], [data-tools])",e)),Me=
!0,a(".writer",e)}function hs(i){return St.matches||i?.dataset.writer!=="answer"?null:i.closest(".one")??h("#letter .scroll")}async function Re(i,t=null,e="docked"){let s=A.find(c=>c.isAbout(i));if(s){
s.show(),s.focus();return}if(Et.has(i))return;Et.add(i);let n=await ds(i).finally(()=>Et.delete(i));if(!n)return;as();let o=new Tt(n,i,t),r=hs(t);(r??At()).append(n),A.push(o),o.take(r?"within":e),o.start(),
e!=="folded"&&o.show(),r&&n.scrollIntoView({block:"nearest"}),e!=="folded"&&o.focus()}async function ps(){for(let{url:i,shape:t}of Oe())await Re(new URL(i,location.href).href,null,t==="within"?"docked":
t)}async function us(){await st();for(let i of f(".writer"))i.remove();A.length=0,vt([])}var Be=f("form.compose");for(let i of Be)it(i,xe);Be.length?oe(st):gt();export{us as leaveWriters,Re as openWriter,ps as restoreWriters,is as resumeOutcomes};
