function d(e,t=document){return t.querySelector(e)}function L(e,t=document){return[...t.querySelectorAll(e)]}function r(e,t=document){let n=d(e,t);if(!n)throw new Error(`This page has no ${e}`);return n}
function l(e,t=document){return t.querySelector(e)}function v(e,t=document){return[...t.querySelectorAll(e)]}function ft(e){let t=document.createElement("template");return t.innerHTML=e.trim(),t.content}function T(e){return ft(e).firstElementChild}var D=e=>`<svg class="icon" aria-hidden="true"><use href="#i-${e}\
"/></svg>`;var H=null;function mt(e){H??=JSON.parse(document.getElementById("words")?.textContent??"{}");let t=H?.[e];if(t===void 0)throw new Error(`This page has no words for ${e}`);return t}var c=(e,t={})=>pt(
String(mt(e)),t);var pt=(e,t)=>e.replace(/%\((\w+)\)s/g,(n,s)=>String(t[s]));var _=[["kB",1e3],["MB",1e6],["GB",1e9]];function P(e,t=document.documentElement.lang){if(e<1e3)return`${e} B`;let[n,s]=_.find(([,o])=>e<999.95*o)??_.at(-1);return`${(Math.round(e/s*10)/10).toLocaleString(
`${t}-u-nu-latn`,{useGrouping:!1})} ${n}`}var x=()=>document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];function W(e){let t=d("[data-pick]",e);t?.addEventListener("click",n=>{n.preventDefault(),gt(e,t)})}function gt(e,t){let n=document.createElement("dialog");n.className="picking",n.setAttribute("aria-l\
abel",t.textContent?.trim()??""),document.body.append(n),n.addEventListener("close",()=>{n.remove(),t.focus()}),n.addEventListener("click",i=>{i.target.closest("[data-close]")&&(i.preventDefault(),n.close())}),
n.addEventListener("submit",i=>{i.preventDefault();let o=i.target,a=i.submitter;if(a?.value!=="attach"){K(n,o.action,new FormData(o,a));return}for(let u of v("[name=part]:checked",n))xt(e,wt(u));n.close()});
let s=l("[name=once]",e)?.value??"";K(n,`${t.dataset.pick}?${new URLSearchParams({form:s})}`),n.showModal()}async function K(e,t,n){let s=x();s&&n?.set("csrfmiddlewaretoken",s),e.setAttribute("aria-bu\
sy","true");try{let o=await fetch(t,{method:n?"POST":"GET",body:n,headers:{"X-Pane":"picker"}}),a=await o.text(),u=(o.headers.get("Content-Type")??"").includes("html");if(!o.ok||!u)throw new Error(u?"":
JSON.parse(a).text);e.innerHTML=a,d("[autofocus]",e)?.focus()}catch(i){vt(e,i instanceof TypeError?"":i.message)}e.removeAttribute("aria-busy")}function vt(e,t){d("[data-problem]",e)?.remove();let n=T(
'<p class="note bad" role="alert" data-problem></p>');if(n.textContent=t||c("pickFailed"),e.prepend(n),d("[data-close]",e))return;let s=T(`<button type="button" data-close>${D("close")}</button>`);s.setAttribute(
"aria-label",c("close")),n.append(s)}function wt(e){let t=e.closest("label");return{token:e.value,name:e.dataset.name??"",size:r(".size",t).textContent??"",octets:e.dataset.size??"0",icon:r("use",t).getAttribute(
"href")??""}}function xt(e,t){let n=v("[name=kept]",e).find(s=>s.value===t.token);n?n.checked=!0:r("[data-picked]",e).append(bt(e,t)),e.dispatchEvent(new Event("change",{bubbles:!0}))}function bt(e,t){
let s=r("template[data-chip]",e).content.cloneNode(!0),i=l("[data-box]",s);return Object.assign(i,{name:"kept",value:t.token}),i.dataset.size=t.octets,Object.assign(r("[data-offered]",s),{name:"offere\
d",value:t.token}),r("use",s).setAttribute("href",t.icon),Object.assign(r(".name",s),{textContent:t.name,title:t.name}),r(".size",s).textContent=t.size,s}var f=(e,t)=>r(`[data-spot="${t}"]`,e),q=(e,t)=>d(`[data-spot="${t}"]`,e);var yt=1.37;function Et(e,t){let n=s=>s.reduce((i,o)=>i+o,0);return Math.round(n(e)*yt+n(t))}function U(e){let t=l("[name=files]",e);W(e),e.addEventListener("change",n=>{n.target===t&&Tt(e,t),Ot(e,t)}),
e.addEventListener("dragover",n=>{n.dataTransfer?.types.includes("Files")&&(n.preventDefault(),e.classList.add("dropping"))}),e.addEventListener("dragleave",()=>e.classList.remove("dropping")),e.addEventListener(
"drop",n=>{e.classList.remove("dropping");let s=n.dataTransfer?.files;s?.length&&(n.preventDefault(),kt(t,s))})}function kt(e,t){let n=new DataTransfer;for(let s of[...e.files??[],...t])n.items.add(s);
e.files=n.files,e.dispatchEvent(new Event("change",{bubbles:!0}))}function Tt(e,t){let n=f(e,"chosen");n.replaceChildren(...[...t.files??[]].map(St)),n.lastElementChild?.scrollIntoView({block:"nearest"})}
function St(e){let t=T(`<li><span class="chip file">${D("file")}<span class="name"></span><span class="muted size"></span></span></li>`);return r(".name",t).textContent=e.name,r(".size",t).textContent=
P(e.size),t}function Ot(e,t){let n=[...t.files??[]].map(h=>h.size),s=v('[name="kept"]:checked',e).map(h=>Number(h.dataset.size)),i=Number(e.dataset.limit),o=Et(n,s),a=o>i?c("tooBig",{size:P(o),limit:P(
i)}):"",u=f(e,"too-big");u.hidden=!a,u.textContent=a;for(let h of e.querySelectorAll(".send button"))h.toggleAttribute("disabled",!!a)}var At="lemonade",S="forms";var J=null,b=null,O=0;function I(){return J??=new Promise((e,t)=>{let n=indexedDB.open(At,1);n.onupgradeneeded=()=>n.result.createObjectStore(S,{keyPath:["account","form"]}),n.onsuccess=()=>{b=n.result,
b.onversionchange=()=>b?.close(),e(b)},n.onerror=()=>t(n.error),n.onblocked=()=>t(new Error("the store is in use"))}),J}function V(e,t){return new Promise((n,s)=>{let i=e.transaction(S,"readwrite",{durability:"\
strict"});i.oncomplete=()=>n(),i.onabort=()=>s(i.error),t(i.objectStore(S)),i.commit()})}async function G(e){let t=b??await I();if(O)throw new Error("signed out");await V(t,n=>n.put(e))}async function X(e){
let t=b??await I(),n=IDBKeyRange.bound([e],[e,[]]);return(await new Promise((i,o)=>{let a=t.transaction(S).objectStore(S).getAll(n);a.onsuccess=()=>i(a.result),a.onerror=()=>o(a.error)})).filter(({at:i})=>Date.
now()-i<2592e6).sort((i,o)=>o.at-i.at)}async function A(e,t){let n=b??await I(),s=IDBKeyRange.bound([e],[e,[]]);await V(n,i=>i.delete(t?[e,t]:s))}var w=()=>document.getElementById("account")?.dataset.
address??"";function Q(e){e>O&&(O=0)}function Y(e){let t=new BroadcastChannel("sign-out");t.addEventListener("message",({data:n})=>{n===w()&&(O=performance.now())}),document.addEventListener("submit",
async n=>{let s=n.target;if(!s.matches("[data-sign-out]"))return;n.preventDefault(),await e?.(),O=performance.now(),t.postMessage(w());let i=new Promise(o=>setTimeout(o,1e3));await Promise.race([A(w()).
catch(()=>{}),i]),s.submit()})}var Ct=new Set(["hidden","file","submit"]),Lt=["csrfmiddlewaretoken","once","replaces","again","files","rich"],Dt=1500,Pt=e=>`form ${e}`,g=e=>l("[name=once]",e)?.value??"",y=e=>[...l("[name=files]",e)?.
files??[]];function p(e){let t=new FormData(e);for(let n of Lt)t.delete(n);return JSON.stringify([...t].map(([n,s])=>[n,String(s)]))}function M(e){let t=new URL(location.href);t.searchParams.set("form",
g(e)),history.replaceState(history.state,"",t)}function C(e,{saved:t=!1,left:n=!1,isNewer:s=!1}){let o=[...e.elements].filter(a=>a.name&&!Ct.has(a.type));return G({account:w(),form:g(e),url:location.pathname+
location.search,fields:o.map(a=>[a.name,a.value,a.checked??null]),files:y(e).map(a=>a.name),saved:t,left:n&&t,isNewer:s,at:Date.now()})}var $=e=>A(w(),g(e)).catch(()=>{});async function Z(e){let t=g(e);
if(!t)return!0;let n=await tt(t),i=(await X(w()).catch(()=>[])).find(o=>o.form===t);return n||Nt(e),M(e),i?q(e,"sent-already")&&!i.isNewer?($(e),!0):($t(e,i.fields),i.files.length&&Rt(e,i.files),i.saved&&
n):!0}function $t(e,t){for(let[n,s,i]of t)for(let o of v(`[name="${CSS.escape(n)}"]`,e))o.type!=="checkbox"&&o.type!=="radio"?o.value=s:o.value===s&&(o.checked=!!i),s&&o.value&&o.closest("details")?.setAttribute(
"open","");Bt(e,t)}function Bt(e,t){let n=t.find(([a])=>a==="html")??t.find(([a])=>a==="text"),s=d("[data-editor]",e);if(!n||!s)return;let[i,o]=n;r(`[data-area="${i}"]`,s).value=o,s.dataset.recalled=i,
e.dispatchEvent(new Event("recall"))}function Rt(e,t){let n=f(e,"attach-again");n.hidden=!1,r("span",n).textContent=c("attachAgain",{names:t.join(", ")})}function tt(e){return navigator.locks?new Promise(
t=>{let n=AbortSignal.timeout(Dt);navigator.locks.request(Pt(e),{signal:n},()=>(t(!0),new Promise(()=>{}))).catch(()=>t(!1))}):Promise.resolve(!0)}function Nt(e){let t=l("[name=once]",e);t&&(t.value=e.
dataset.spare??""),tt(g(e))}var It=300,Mt=2e3,Ft=6e3,jt=2e4,zt=2e3,Ht=6e4,_t=6e4,Kt=3e3,Wt=8e3,B=class{constructor(t){this.form=t,this.onServer=p(t),this.inBrowser="",this.isOver=!1,this.isClosed=!1,this.sent="",this.tries=new Set,
this.isResting=!1,this.failures=0,this.since=0,this.kind="",this.underWay=null,this.keepTimer=0,this.saveTimer=0}async start(){addEventListener("pagehide",()=>this.leave()),addEventListener("beforeunl\
oad",n=>{let s=this.isDirty&&this.inBrowser!==p(this.form);!this.isOver&&(s||y(this.form).length)&&n.preventDefault()}),addEventListener("online",()=>this.hurry()),document.addEventListener("visibilit\
ychange",()=>{document.visibilityState==="hidden"&&this.isDirty?this.keep():this.failures&&this.hurry()}),await Z(this.form)&&(this.onServer=p(this.form)),this.form.addEventListener("input",()=>this.noteChange()),
this.form.addEventListener("change",()=>this.noteChange()),this.noteChange()}get isDirty(){return p(this.form)!==this.onServer}get isNewer(){let t=p(this.form);return this.isClosed&&!this.tries.size||
[...this.tries].some(n=>n!==t)}noteChange(){this.isOver||!this.isDirty||(clearTimeout(this.keepTimer),this.keepTimer=setTimeout(()=>this.keep(),It),!(this.failures||this.isResting||this.isClosed)&&(this.
since||=Date.now(),this.schedule(Math.max(0,Math.min(Mt,this.since+Ft-Date.now())))))}schedule(t){clearTimeout(this.saveTimer),this.saveTimer=setTimeout(()=>this.save(),t)}hurry(){this.isDirty&&!this.
isResting&&this.schedule(0)}async keep(){let t=p(this.form);this.isOver||t===this.inBrowser||(await C(this.form,{isNewer:this.isNewer}).then(()=>{this.inBrowser=t}).catch(()=>{}),this.isClosed&&this.tellClosed())}async save(){
if(this.underWay||this.isOver||this.isClosed||this.isResting||!this.isDirty||(this.underWay=this.saveNow().finally(()=>{this.underWay=null}),await this.underWay,!this.isDirty||this.isOver||this.isResting))
return;let t=Math.min(zt*2**(this.failures-1),Ht);this.failures?this.schedule(t*(.75+Math.random()/2)):this.noteChange()}async saveNow(){let t=p(this.form),n=g(this.form),s=performance.now();this.since=
0;let i={};try{let o=await fetch(this.form.dataset.autosave??"",{method:"POST",body:this.body(),headers:{"X-Pane":"form"},signal:AbortSignal.timeout(jt)});i=(o.headers.get("Content-Type")??"").includes(
"json")?await o.json():{}}catch{}n===g(this.form)&&(i.saved&&Q(s),i.over?await this.close():i.saved?await this.noteSaved(i,t):await this.noteFailure(i))}body(){let t=x(),n=l("[name=csrfmiddlewaretoken\
]",this.form);t&&n&&(n.value=t);let s=new FormData(this.form);return s.delete("files"),s}async noteSaved(t,n){this.failures=0,this.onServer=n;let s=l("[name=replaces]",this.form);s&&(s.value=t.replaces??
""),t.pause&&(this.since=Date.now()+t.pause*1e3),this.isDirty||await C(this.form,{saved:!0}).catch(()=>{});let i=`${document.documentElement.lang}-u-nu-latn`,o=new Date().toLocaleTimeString(i,{hour:"2\
-digit",minute:"2-digit"});if(this.tell("saved",c("savedAt",{time:o})),t.other){let a=f(this.form,"elsewhere");a.hidden=!1,r("a",a).setAttribute("href",t.other)}}async noteFailure(t){this.failures+=1,
await this.keep();let n=this.inBrowser===p(this.form),s=t.text?`${t.text} `:"";this.tell("unsaved",s+c(n?"onlyHere":"nowhere"),t.login)}tell(t,n,s){let i=y(this.form).length?` ${c("filesNotKept")}`:"",
o=f(this.form,"draft-state");if(o.textContent=n+i,s){let a=document.createElement("a");Object.assign(a,{href:s,textContent:c("signIn"),target:"_blank"}),o.append(" ",a)}t!==this.kind&&(f(this.form,"dr\
aft-news").textContent=n+i),this.kind=t}async settle(){this.isResting=!0,clearTimeout(this.saveTimer),await this.keep();let t=new Promise(n=>setTimeout(n,Wt));await Promise.race([this.underWay,t]),this.
sent=p(this.form),this.tries.add(this.sent)}resume(){this.isResting=!1,this.noteChange()}async revive(t){(this.isOver||this.isClosed)&&(this.onServer=""),this.isOver=this.isClosed=!1,this.inBrowser=this.
kind="",this.tries.clear(),this.failures=0,await this.keep(),this.inBrowser&&await A(w(),t).catch(()=>{})}async close(){if(this.isClosed=!0,this.onServer=this.tries.size===1?this.sent:"",this.inBrowser=
"",this.failures=0,this.isDirty)return this.keep();await $(this.form),this.tellClosed()}tellClosed(){let t=this.inBrowser===p(this.form),n=this.isDirty?` ${c(t?"newerHere":"nowhere")}`:"";this.tell(`c\
losed${n}`,c("sentAlready")+n)}async end(){this.isOver=!0,clearTimeout(this.saveTimer),clearTimeout(this.keepTimer),p(this.form)===this.sent?await $(this.form):await C(this.form,{isNewer:!0}).catch(()=>{})}async signOut(){
clearTimeout(this.saveTimer),clearTimeout(this.keepTimer);let t=new Promise(n=>setTimeout(n,Kt));await Promise.race([this.save(),t]),this.isOver=!0,clearTimeout(this.saveTimer),clearTimeout(this.keepTimer)}leave(){
if(this.isOver)return;let t=this.isDirty,{isNewer:n,isClosed:s}=this;(t||this.inBrowser&&!s)&&C(this.form,{saved:!t,left:!0,isNewer:n}).catch(()=>{});let i=new Blob([p(this.form)]).size;!t||s||this.isResting||
i>_t||fetch(this.form.dataset.autosave??"",{method:"POST",body:this.body(),headers:{"X-Pane":"form"},keepalive:!0}).catch(()=>{})}};var qt=new Set("ADDRESS ARTICLE BLOCKQUOTE CENTER DD DIV DL DT FIGURE FOOTER H1 H2 H3 H4 H5 H6 HEADER HR LI MAIN OL P PRE SECTION TABLE TD TH TR UL".split(" ")),Ut=new Set("A BLOCKQUOTE BODY BR DIV P \
SPAN".split(" ")),Jt=e=>e.replaceAll("&","&amp;").replaceAll("<","&lt;").replaceAll(">","&gt;");function E(e){let t=0,n="";for(let s of e.replace(/\n+$/,"").split(`
`)){let i=/^(?:> ?)*/.exec(s)?.[0]??"",o=i.split(">").length-1;n+='<blockquote type="cite">'.repeat(Math.max(0,o-t)),n+="</blockquote>".repeat(Math.max(0,t-o)),t=o;let a=(o?s.slice(i.length):s).replace(
/^ | {2,}| $/g,u=>" ".repeat(u.length));n+=`<div>${Jt(a)||"<br>"}</div>`}return n+"</blockquote>".repeat(t)}var et=e=>new DOMParser().parseFromString(e,"text/html").body;function nt(e){for(let t of et(
e).querySelectorAll("*")){if(!Ut.has(t.tagName)||t.hasAttribute("style")||t.hasAttribute("color"))return!0;let n=t.getAttribute("href");if(n&&!n.endsWith(t.textContent??""))return!0}return!1}function F(e){
return`${st(et(e)).join(`
`).replaceAll(" "," ")}
`}function st(e){let t=[],n="",s=()=>{n&&t.push(n.trimEnd()),n=""};for(let i of e.childNodes)i instanceof Element&&qt.has(i.tagName)?(s(),t.push(...Vt(i))):i instanceof Element&&i.tagName==="BR"?(t.push(
n.trimEnd()),n=""):n+=Xt(i);return s(),t}function Vt(e){let t=e.tagName==="PRE"?(e.textContent??"").split(`
`):st(e);if(e.tagName==="BLOCKQUOTE")return t.map(n=>Gt(n));if(e.tagName==="LI"){let n=e.parentElement,s=[...n?.children??[]].indexOf(e)+1,i=n?.tagName==="OL"?`${s}. `:"- ";return t.map((o,a)=>(a?" ".
repeat(i.length):i)+o)}return t}var Gt=e=>e.startsWith(">")?`>${e}`:`> ${e}`.trimEnd();function Xt(e){let t=(e.textContent??"").replace(/[ \t\r\n]+/g," ");if(!(e instanceof Element))return t;if(e.tagName===
"IMG")return e.getAttribute("alt")??"";let n=e.tagName==="A"?e.getAttribute("href")??"":"";return n&&!n.endsWith(t)?`${t} <${n}>`:t}function it(e,t,n){if(!t)return n?`${e.trimEnd()}

-- 
${n}
`:e;let s=e.split(`
`),i=t.split(`
`),o=s.findLastIndex((h,k)=>i.every((m,z)=>s[k+z]===m));if(o<0)return e;let a=s[o-1]==="-- ",u=n||!a?o:o-1;return s.splice(u,o+i.length-u,...n?n.split(`
`):[]),s.join(`
`)}var Qt=250,ot=new WeakMap;function at(e){let t=d("[data-editor]",e);t&&ot.set(e,new j(e,t))}var R=e=>ot.get(e),j=class{constructor(t,n){this.form=t,this.box=n;let s=o=>r(`[data-area="${o}"]`,n);this.text=
s("text"),this.html=s("html"),this.flag=r("[data-flag]",n),this.switch=r('[data-do="rich"]',n),this.editor=null,this.timer=0,this.isBehind=!1,this.first=this.text.value,this.original=this.html.value,this.
switch.addEventListener("click",()=>this.toRich()),this.text.addEventListener("input",()=>this.takeTyped()),t.addEventListener("recall",()=>this.recall()),t.addEventListener("formdata",({formData:o})=>{
this.take(),this.isRich&&o.set("html",this.html.value)});let i=n.dataset.rich!==void 0;this.setMode(i),i&&this.open()}get isRich(){return this.flag.name!==""}setMode(t){this.text.name=t?"":"text",this.
html.name=t?"html":"",this.flag.name=t?"rich":"",this.switch.hidden=t;let n=t&&this.editor!==null;this.text.hidden=n,r("label",this.box).setAttribute("for",n?"":this.text.id)}takeTyped(){if(!this.isRich||
this.editor)return;let t=this.text.value,n=this.original&&t.endsWith(this.first);this.html.value=n?E(t.slice(0,t.length-this.first.length))+this.original:E(t)}async open(t=!1){try{let{editIn:n}=await import(this.
box.dataset.editor??"");if(!this.isRich||this.editor)return;let s=t||document.activeElement===this.text,i=s?this.text.selectionStart:0;this.editor=n(this.box,this.html.value,{change:()=>this.noteChange(),
plain:()=>this.toPlain(),place:i}),this.setMode(!0),s&&this.editor.focus()}catch{this.setMode(!1)}}noteChange(){this.isBehind=!0,clearTimeout(this.timer),this.timer=setTimeout(()=>{this.take(),this.html.
dispatchEvent(new Event("input",{bubbles:!0}))},Qt)}take(){!this.isBehind||!this.editor||(this.isBehind=!1,this.html.value=this.editor.html())}insert(t,n){if(this.editor&&this.isRich)return this.editor.
insert(n||E(t));this.text.setRangeText(t,this.text.selectionStart,this.text.selectionEnd,"end"),this.text.dispatchEvent(new Event("input",{bubbles:!0})),this.text.focus()}replaceSignature(t,n){if(this.
editor&&this.isRich){let i=n.text?n.html||E(n.text):"";return this.editor.replaceSignature(t.text,i)}let s=it(this.text.value,t.text,n.text);s!==this.text.value&&(this.text.value=s,this.text.dispatchEvent(
new Event("input",{bubbles:!0})))}toPlain(){this.take(),!(nt(this.html.value)&&!confirm(c("losesFormat")))&&(this.text.value=F(this.html.value),this.close(),this.text.focus(),this.text.dispatchEvent(new Event(
"input",{bubbles:!0})))}toRich(){this.html.value=E(this.text.value),this.setMode(!0),this.html.dispatchEvent(new Event("input",{bubbles:!0})),this.open(!0)}close(){clearTimeout(this.timer),this.isBehind=
!1,this.editor?.end(),this.editor=null,this.setMode(!1)}recall(){let t=this.box.dataset.recalled;t==="text"&&this.isRich?this.close():t==="html"&&!this.isRich&&(this.setMode(!0),this.open()),this.original=
this.html.value,this.first=this.text.value,this.editor?.setHtml(this.html.value)}};function rt(e){let t=d("select[name=sender]",e);if(!t)return;let n=t.value,s=Promise.resolve();t.addEventListener("change",()=>{let i=t.value;s=s.then(()=>Yt(t.dataset.settings??"",n,i)).then(o=>{n=i,
o&&Zt(e,o.before,o.after)}).catch(()=>{})})}async function Yt(e,t,n){let s=new URLSearchParams({before:t,after:n}),i=await fetch(`${e}?${s}`,{headers:{"X-Pane":"form"}});return i.ok?i.json():null}function Zt(e,t,n){
R(e)?.replaceSignature(t,n);let s=l("[name=bcc]",e);s&&te(s,ee(s.value,t.bcc,n.bcc)),s?.value&&s.closest("details")?.setAttribute("open","")}function te(e,t){e.value!==t&&(e.value=t,e.dispatchEvent(new Event(
"input",{bubbles:!0})))}function ee(e,t,n){let s=e.trim().replace(/,$/,"");return t&&s===t?s="":t&&s.endsWith(`, ${t}`)&&(s=s.slice(0,-t.length-2)),[s,s.includes(n)?"":n].filter(Boolean).join(", ")}var ne=5e5;function lt(e,t){let n=!1;e.addEventListener("submit",async s=>{if(s.preventDefault(),n)return;n=!0,f(e,"saved").textContent=c("oneMoment"),s.submitter?.value==="discard"&&await t.save(),await t.
settle();let i=g(e),o=await se(e,s.submitter).catch(()=>{N(e,c("noConnection"))});if(n=!1,o){await t.end(),location.assign(o);return}f(e,"saved").textContent="",g(e)!==i&&await t.revive(i),t.resume()})}
async function se(e,t){let n=x(),s=l("[name=csrfmiddlewaretoken]",e);n&&s&&(s.value=n);let i={"X-Pane":"form"},{unsent:o="",login:a=""}=e.dataset;if(ie(e)>ne&&(await fetch(o,{method:"HEAD",headers:i,redirect:"\
manual"})).status===401)return ct(e,a);let u=new FormData(e,t),h=await fetch(e.action,{method:"POST",body:u,headers:i}),m=(h.headers.get("Content-Type")??"").includes("json")?await h.json():{};return m.
login?ct(e,m.login):m.problem?oe(e,m.problem):m.goal?m.goal:(N(e,m.text?`${m.text} ${c("stillHere")}`:c("failed",{status:h.status})),"")}var ie=e=>y(e).reduce((t,n)=>t+n.size,0);function N(e,t,n){let s=f(
e,"problem");s.hidden=!1;let i=r("span",s);if(i.textContent=t,n){let o=document.createElement("a");i.append(" ",Object.assign(o,{href:n,textContent:c("signIn"),target:"_blank"}))}s.scrollIntoView({block:"\
nearest"})}function ct(e,t){return N(e,c("ended"),t),""}function oe(e,{text:t,field:n,once:s,gone:i,replaces:o}){N(e,t);for(let h of L("[aria-invalid]",e))h.removeAttribute("aria-invalid");let a=n?d(`\
[name="${CSS.escape(n)}"]:not([type=hidden])`,e):null;a?.closest("details")?.setAttribute("open",""),a?.setAttribute("aria-invalid","true"),a?.focus();let u=l("[name=replaces]",e);u&&(u.value=o),ae(e,
s);for(let h of v('[name="kept"]',e))i.includes(h.value)&&h.closest("li")?.remove();return""}function ae(e,t){let n=l("[name=once]",e);if(!(!n||n.value===t)){if(n.value=t,!l("[name=again]",e)){let s=document.
createElement("input");e.append(Object.assign(s,{type:"hidden",name:"again",value:"1"}))}M(e)}}function ht(e){let t=d("[data-templates]",e);if(!t)return;t.hidden=!1;let n=r("[data-insert] select",t),s=l("[data-save] input",t);r("[data-insert] button",t).addEventListener("click",()=>ut(e,t.dataset.
fill??"",{template:n.value},i=>re(e,i))),r("[data-save] button",t).addEventListener("click",()=>ut(e,t.dataset.keep??"",{template_name:s.value},i=>(n.add(new Option(i.name,i.key)),r("[data-insert]",t).
hidden=!1,s.value="",i.text))),s.addEventListener("keydown",i=>{i.key==="Enter"&&(i.preventDefault(),r("[data-save] button",t).click())})}async function ut(e,t,n,s){let i=x(),o=l("[name=csrfmiddleware\
token]",e);i&&o&&(o.value=i);let a=new FormData(e);a.delete("files");for(let[h,k]of Object.entries(n))a.set(h,k);let u=c("noConnectionNow");try{let h=await fetch(t,{method:"POST",body:a,headers:{"X-Pa\
ne":"form"}}),m=(h.headers.get("Content-Type")??"").includes("json")?await h.json():{};h.ok?u=s(m):m.text&&(u=m.text)}catch{}f(e,"template-news").textContent=u}function re(e,{subject:t,text:n,html:s,missing:i}){
let o=l("[name=subject]",e);return o&&t&&!o.value&&ce(o,t),R(e)?.insert(n,s),i.length?c("notFilledIn",{names:i.join(", ")}):c("inserted")}function ce(e,t){e.value=t,e.dispatchEvent(new Event("input",{
bubbles:!0}))}var dt=new Map;function le(e){ue(e),e.addEventListener("keydown",n=>{n.key==="Enter"&&(n.ctrlKey||n.metaKey)&&d('[value="send"]',e)?.click()}),U(e),at(e),rt(e),ht(e);let t=new B(e);dt.set(e,t),lt(e,t),
t.start()}function ue(e){let t=l("[name=later]",e),n=()=>{f(e,"send-label").textContent=c(t?.value?"sendLater":"send")};t?.addEventListener("input",n),n()}async function he(){await Promise.all([...dt.
values()].map(e=>e.signOut()))}for(let e of L("form.compose"))le(e);Y(he);
