function f(e,t=document){return t.querySelector(e)}function C(e,t=document){return[...t.querySelectorAll(e)]}function c(e,t=document){let n=f(e,t);if(!n)throw new Error(`This page has no ${e}`);return n}
function l(e,t=document){return t.querySelector(e)}function x(e,t=document){return[...t.querySelectorAll(e)]}function ut(e){let t=document.createElement("template");return t.innerHTML=e.trim(),t.content}function _(e){return ut(e).firstElementChild}var H=e=>`<svg class="icon" aria-hidden="true"><use href="#i-${e}\
"/></svg>`;var j=null;function dt(e){j??=JSON.parse(document.getElementById("words")?.textContent??"{}");let t=j?.[e];if(t===void 0)throw new Error(`This page has no words for ${e}`);return t}var a=(e,t={})=>ft(
String(dt(e)),t);var ft=(e,t)=>e.replace(/%\((\w+)\)s/g,(n,s)=>String(t[s]));var K=[["kB",1e3],["MB",1e6],["GB",1e9]];function L(e,t=document.documentElement.lang){if(e<1e3)return`${e} B`;let[n,s]=K.find(([,o])=>e<999.95*o)??K.at(-1);return`${(Math.round(e/s*10)/10).toLocaleString(
`${t}-u-nu-latn`,{useGrouping:!1})} ${n}`}var u=(e,t)=>c(`[data-spot="${t}"]`,e),W=(e,t)=>f(`[data-spot="${t}"]`,e);var mt=1.37;function pt(e,t){let n=s=>s.reduce((i,o)=>i+o,0);return Math.round(n(e)*mt+n(t))}function z(e){let t=l("[name=files]",e);e.addEventListener("change",n=>{n.target===t&&vt(e,t),xt(e,t)}),e.addEventListener(
"dragover",n=>{n.dataTransfer?.types.includes("Files")&&(n.preventDefault(),e.classList.add("dropping"))}),e.addEventListener("dragleave",()=>e.classList.remove("dropping")),e.addEventListener("drop",
n=>{e.classList.remove("dropping");let s=n.dataTransfer?.files;s?.length&&(n.preventDefault(),gt(t,s))})}function gt(e,t){let n=new DataTransfer;for(let s of[...e.files??[],...t])n.items.add(s);e.files=
n.files,e.dispatchEvent(new Event("change",{bubbles:!0}))}function vt(e,t){let n=u(e,"chosen");n.replaceChildren(...[...t.files??[]].map(wt)),n.lastElementChild?.scrollIntoView({block:"nearest"})}function wt(e){
let t=_(`<li><span class="chip file">${H("file")}<span class="name"></span><span class="muted size"></span></span></li>`);return c(".name",t).textContent=e.name,c(".size",t).textContent=L(e.size),t}function xt(e,t){
let n=[...t.files??[]].map(h=>h.size),s=x('[name="kept"]:checked',e).map(h=>Number(h.dataset.size)),i=Number(e.dataset.limit),o=pt(n,s),r=o>i?a("tooBig",{size:L(o),limit:L(i)}):"",d=u(e,"too-big");d.hidden=
!r,d.textContent=r;for(let h of e.querySelectorAll(".send button"))h.toggleAttribute("disabled",!!r)}var y=()=>document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];var yt="lemonade",k="forms";var q=null,w=null,S=0;function $(){return q??=new Promise((e,t)=>{let n=indexedDB.open(yt,1);n.onupgradeneeded=()=>n.result.createObjectStore(k,{keyPath:["account","form"]}),n.onsuccess=()=>{w=n.result,
w.onversionchange=()=>w?.close(),e(w)},n.onerror=()=>t(n.error),n.onblocked=()=>t(new Error("the store is in use"))}),q}function U(e,t){return new Promise((n,s)=>{let i=e.transaction(k,"readwrite",{durability:"\
strict"});i.oncomplete=()=>n(),i.onabort=()=>s(i.error),t(i.objectStore(k)),i.commit()})}async function V(e){let t=w??await $();if(S)throw new Error("signed out");await U(t,n=>n.put(e))}async function J(e){
let t=w??await $(),n=IDBKeyRange.bound([e],[e,[]]);return(await new Promise((i,o)=>{let r=t.transaction(k).objectStore(k).getAll(n);r.onsuccess=()=>i(r.result),r.onerror=()=>o(r.error)})).filter(({at:i})=>Date.
now()-i<2592e6).sort((i,o)=>o.at-i.at)}async function O(e,t){let n=w??await $(),s=IDBKeyRange.bound([e],[e,[]]);await U(n,i=>i.delete(t?[e,t]:s))}var v=()=>document.getElementById("account")?.dataset.
address??"";function G(e){e>S&&(S=0)}function X(e){let t=new BroadcastChannel("sign-out");t.addEventListener("message",({data:n})=>{n===v()&&(S=performance.now())}),document.addEventListener("submit",
async n=>{let s=n.target;if(!s.matches("[data-sign-out]"))return;n.preventDefault(),await e?.(),S=performance.now(),t.postMessage(v());let i=new Promise(o=>setTimeout(o,1e3));await Promise.race([O(v()).
catch(()=>{}),i]),s.submit()})}var Et=new Set(["hidden","file","submit"]),bt=["csrfmiddlewaretoken","once","replaces","again","files","rich"],Tt=1500,kt=e=>`form ${e}`,g=e=>l("[name=once]",e)?.value??"",E=e=>[...l("[name=files]",e)?.
files??[]];function p(e){let t=new FormData(e);for(let n of bt)t.delete(n);return JSON.stringify([...t].map(([n,s])=>[n,String(s)]))}function N(e){let t=new URL(location.href);t.searchParams.set("form",
g(e)),history.replaceState(history.state,"",t)}function A(e,{saved:t=!1,left:n=!1,isNewer:s=!1}){let o=[...e.elements].filter(r=>r.name&&!Et.has(r.type));return V({account:v(),form:g(e),url:location.pathname+
location.search,fields:o.map(r=>[r.name,r.value,r.checked??null]),files:E(e).map(r=>r.name),saved:t,left:n&&t,isNewer:s,at:Date.now()})}var D=e=>O(v(),g(e)).catch(()=>{});async function Q(e){let t=g(e);
if(!t)return!0;let n=await Y(t),i=(await J(v()).catch(()=>[])).find(o=>o.form===t);return n||Ct(e),N(e),i?W(e,"sent-already")&&!i.isNewer?(D(e),!0):(St(e,i.fields),i.files.length&&At(e,i.files),i.saved&&
n):!0}function St(e,t){for(let[n,s,i]of t)for(let o of x(`[name="${CSS.escape(n)}"]`,e))o.type!=="checkbox"&&o.type!=="radio"?o.value=s:o.value===s&&(o.checked=!!i),s&&o.value&&o.closest("details")?.setAttribute(
"open","");Ot(e,t)}function Ot(e,t){let n=t.find(([r])=>r==="html")??t.find(([r])=>r==="text"),s=f("[data-editor]",e);if(!n||!s)return;let[i,o]=n;c(`[data-area="${i}"]`,s).value=o,s.dataset.recalled=i,
e.dispatchEvent(new Event("recall"))}function At(e,t){let n=u(e,"attach-again");n.hidden=!1,c("span",n).textContent=a("attachAgain",{names:t.join(", ")})}function Y(e){return navigator.locks?new Promise(
t=>{let n=AbortSignal.timeout(Tt);navigator.locks.request(kt(e),{signal:n},()=>(t(!0),new Promise(()=>{}))).catch(()=>t(!1))}):Promise.resolve(!0)}function Ct(e){let t=l("[name=once]",e);t&&(t.value=e.
dataset.spare??""),Y(g(e))}var Lt=300,Dt=2e3,Bt=6e3,Pt=2e4,Rt=2e3,$t=6e4,Nt=6e4,It=3e3,Mt=8e3,B=class{constructor(t){this.form=t,this.onServer=p(t),this.inBrowser="",this.isOver=!1,this.isClosed=!1,this.sent="",this.tries=new Set,
this.isResting=!1,this.failures=0,this.since=0,this.kind="",this.underWay=null,this.keepTimer=0,this.saveTimer=0}async start(){addEventListener("pagehide",()=>this.leave()),addEventListener("beforeunl\
oad",n=>{let s=this.isDirty&&this.inBrowser!==p(this.form);!this.isOver&&(s||E(this.form).length)&&n.preventDefault()}),addEventListener("online",()=>this.hurry()),document.addEventListener("visibilit\
ychange",()=>{document.visibilityState==="hidden"&&this.isDirty?this.keep():this.failures&&this.hurry()}),await Q(this.form)&&(this.onServer=p(this.form)),this.form.addEventListener("input",()=>this.noteChange()),
this.form.addEventListener("change",()=>this.noteChange()),this.noteChange()}get isDirty(){return p(this.form)!==this.onServer}get isNewer(){let t=p(this.form);return this.isClosed&&!this.tries.size||
[...this.tries].some(n=>n!==t)}noteChange(){this.isOver||!this.isDirty||(clearTimeout(this.keepTimer),this.keepTimer=setTimeout(()=>this.keep(),Lt),!(this.failures||this.isResting||this.isClosed)&&(this.
since||=Date.now(),this.schedule(Math.max(0,Math.min(Dt,this.since+Bt-Date.now())))))}schedule(t){clearTimeout(this.saveTimer),this.saveTimer=setTimeout(()=>this.save(),t)}hurry(){this.isDirty&&!this.
isResting&&this.schedule(0)}async keep(){let t=p(this.form);this.isOver||t===this.inBrowser||(await A(this.form,{isNewer:this.isNewer}).then(()=>{this.inBrowser=t}).catch(()=>{}),this.isClosed&&this.tellClosed())}async save(){
if(this.underWay||this.isOver||this.isClosed||this.isResting||!this.isDirty||(this.underWay=this.saveNow().finally(()=>{this.underWay=null}),await this.underWay,!this.isDirty||this.isOver||this.isResting))
return;let t=Math.min(Rt*2**(this.failures-1),$t);this.failures?this.schedule(t*(.75+Math.random()/2)):this.noteChange()}async saveNow(){let t=p(this.form),n=g(this.form),s=performance.now();this.since=
0;let i={};try{let o=await fetch(this.form.dataset.autosave??"",{method:"POST",body:this.body(),headers:{"X-Pane":"form"},signal:AbortSignal.timeout(Pt)});i=(o.headers.get("Content-Type")??"").includes(
"json")?await o.json():{}}catch{}n===g(this.form)&&(i.saved&&G(s),i.over?await this.close():i.saved?await this.noteSaved(i,t):await this.noteFailure(i))}body(){let t=y(),n=l("[name=csrfmiddlewaretoken\
]",this.form);t&&n&&(n.value=t);let s=new FormData(this.form);return s.delete("files"),s}async noteSaved(t,n){this.failures=0,this.onServer=n;let s=l("[name=replaces]",this.form);s&&(s.value=t.replaces??
""),t.pause&&(this.since=Date.now()+t.pause*1e3),this.isDirty||await A(this.form,{saved:!0}).catch(()=>{});let i=`${document.documentElement.lang}-u-nu-latn`,o=new Date().toLocaleTimeString(i,{hour:"2\
-digit",minute:"2-digit"});if(this.tell("saved",a("savedAt",{time:o})),t.other){let r=u(this.form,"elsewhere");r.hidden=!1,c("a",r).setAttribute("href",t.other)}}async noteFailure(t){this.failures+=1,
await this.keep();let n=this.inBrowser===p(this.form),s=t.text?`${t.text} `:"";this.tell("unsaved",s+a(n?"onlyHere":"nowhere"),t.login)}tell(t,n,s){let i=E(this.form).length?` ${a("filesNotKept")}`:"",
o=u(this.form,"draft-state");if(o.textContent=n+i,s){let r=document.createElement("a");Object.assign(r,{href:s,textContent:a("signIn"),target:"_blank"}),o.append(" ",r)}t!==this.kind&&(u(this.form,"dr\
aft-news").textContent=n+i),this.kind=t}async settle(){this.isResting=!0,clearTimeout(this.saveTimer),await this.keep();let t=new Promise(n=>setTimeout(n,Mt));await Promise.race([this.underWay,t]),this.
sent=p(this.form),this.tries.add(this.sent)}resume(){this.isResting=!1,this.noteChange()}async revive(t){(this.isOver||this.isClosed)&&(this.onServer=""),this.isOver=this.isClosed=!1,this.inBrowser=this.
kind="",this.tries.clear(),this.failures=0,await this.keep(),this.inBrowser&&await O(v(),t).catch(()=>{})}async close(){if(this.isClosed=!0,this.onServer=this.tries.size===1?this.sent:"",this.inBrowser=
"",this.failures=0,this.isDirty)return this.keep();await D(this.form),this.tellClosed()}tellClosed(){let t=this.inBrowser===p(this.form),n=this.isDirty?` ${a(t?"newerHere":"nowhere")}`:"";this.tell(`c\
losed${n}`,a("sentAlready")+n)}async end(){this.isOver=!0,clearTimeout(this.saveTimer),clearTimeout(this.keepTimer),p(this.form)===this.sent?await D(this.form):await A(this.form,{isNewer:!0}).catch(()=>{})}async signOut(){
clearTimeout(this.saveTimer),clearTimeout(this.keepTimer);let t=new Promise(n=>setTimeout(n,It));await Promise.race([this.save(),t]),this.isOver=!0,clearTimeout(this.saveTimer),clearTimeout(this.keepTimer)}leave(){
if(this.isOver)return;let t=this.isDirty,{isNewer:n,isClosed:s}=this;(t||this.inBrowser&&!s)&&A(this.form,{saved:!t,left:!0,isNewer:n}).catch(()=>{});let i=new Blob([p(this.form)]).size;!t||s||this.isResting||
i>Nt||fetch(this.form.dataset.autosave??"",{method:"POST",body:this.body(),headers:{"X-Pane":"form"},keepalive:!0}).catch(()=>{})}};var Ft=new Set("ADDRESS ARTICLE BLOCKQUOTE CENTER DD DIV DL DT FIGURE FOOTER H1 H2 H3 H4 H5 H6 HEADER HR LI MAIN OL P PRE SECTION TABLE TD TH TR UL".split(" ")),_t=new Set("A BLOCKQUOTE BODY BR DIV P \
SPAN".split(" ")),Ht=e=>e.replaceAll("&","&amp;").replaceAll("<","&lt;").replaceAll(">","&gt;");function b(e){let t=0,n="";for(let s of e.replace(/\n+$/,"").split(`
`)){let i=/^(?:> ?)*/.exec(s)?.[0]??"",o=i.split(">").length-1;n+='<blockquote type="cite">'.repeat(Math.max(0,o-t)),n+="</blockquote>".repeat(Math.max(0,t-o)),t=o;let r=(o?s.slice(i.length):s).replace(
/^ | {2,}| $/g,d=>" ".repeat(d.length));n+=`<div>${Ht(r)||"<br>"}</div>`}return n+"</blockquote>".repeat(t)}var Z=e=>new DOMParser().parseFromString(e,"text/html").body;function tt(e){for(let t of Z(
e).querySelectorAll("*")){if(!_t.has(t.tagName)||t.hasAttribute("style")||t.hasAttribute("color"))return!0;let n=t.getAttribute("href");if(n&&!n.endsWith(t.textContent??""))return!0}return!1}function I(e){
return`${et(Z(e)).join(`
`).replaceAll(" "," ")}
`}function et(e){let t=[],n="",s=()=>{n&&t.push(n.trimEnd()),n=""};for(let i of e.childNodes)i instanceof Element&&Ft.has(i.tagName)?(s(),t.push(...jt(i))):i instanceof Element&&i.tagName==="BR"?(t.push(
n.trimEnd()),n=""):n+=Wt(i);return s(),t}function jt(e){let t=e.tagName==="PRE"?(e.textContent??"").split(`
`):et(e);if(e.tagName==="BLOCKQUOTE")return t.map(n=>Kt(n));if(e.tagName==="LI"){let n=e.parentElement,s=[...n?.children??[]].indexOf(e)+1,i=n?.tagName==="OL"?`${s}. `:"- ";return t.map((o,r)=>(r?" ".
repeat(i.length):i)+o)}return t}var Kt=e=>e.startsWith(">")?`>${e}`:`> ${e}`.trimEnd();function Wt(e){let t=(e.textContent??"").replace(/[ \t\r\n]+/g," ");if(!(e instanceof Element))return t;if(e.tagName===
"IMG")return e.getAttribute("alt")??"";let n=e.tagName==="A"?e.getAttribute("href")??"":"";return n&&!n.endsWith(t)?`${t} <${n}>`:t}function nt(e,t,n){if(!t)return n?`${e.trimEnd()}

-- 
${n}
`:e;let s=e.split(`
`),i=t.split(`
`),o=s.findLastIndex((h,T)=>i.every((m,F)=>s[T+F]===m));if(o<0)return e;let r=s[o-1]==="-- ",d=n||!r?o:o-1;return s.splice(d,o+i.length-d,...n?n.split(`
`):[]),s.join(`
`)}var zt=250,st=new WeakMap;function it(e){let t=f("[data-editor]",e);t&&st.set(e,new M(e,t))}var P=e=>st.get(e),M=class{constructor(t,n){this.form=t,this.box=n;let s=o=>c(`[data-area="${o}"]`,n);this.text=
s("text"),this.html=s("html"),this.flag=c("[data-flag]",n),this.switch=c('[data-do="rich"]',n),this.editor=null,this.timer=0,this.isBehind=!1,this.first=this.text.value,this.original=this.html.value,this.
switch.addEventListener("click",()=>this.toRich()),this.text.addEventListener("input",()=>this.takeTyped()),t.addEventListener("recall",()=>this.recall()),t.addEventListener("formdata",({formData:o})=>{
this.take(),this.isRich&&o.set("html",this.html.value)});let i=n.dataset.rich!==void 0;this.setMode(i),i&&this.open()}get isRich(){return this.flag.name!==""}setMode(t){this.text.name=t?"":"text",this.
html.name=t?"html":"",this.flag.name=t?"rich":"",this.switch.hidden=t;let n=t&&this.editor!==null;this.text.hidden=n,c("label",this.box).setAttribute("for",n?"":this.text.id)}takeTyped(){if(!this.isRich||
this.editor)return;let t=this.text.value,n=this.original&&t.endsWith(this.first);this.html.value=n?b(t.slice(0,t.length-this.first.length))+this.original:b(t)}async open(t=!1){try{let{editIn:n}=await import(this.
box.dataset.editor??"");if(!this.isRich||this.editor)return;let s=t||document.activeElement===this.text,i=s?this.text.selectionStart:0;this.editor=n(this.box,this.html.value,{change:()=>this.noteChange(),
plain:()=>this.toPlain(),place:i}),this.setMode(!0),s&&this.editor.focus()}catch{this.setMode(!1)}}noteChange(){this.isBehind=!0,clearTimeout(this.timer),this.timer=setTimeout(()=>{this.take(),this.html.
dispatchEvent(new Event("input",{bubbles:!0}))},zt)}take(){!this.isBehind||!this.editor||(this.isBehind=!1,this.html.value=this.editor.html())}insert(t,n){if(this.editor&&this.isRich)return this.editor.
insert(n||b(t));this.text.setRangeText(t,this.text.selectionStart,this.text.selectionEnd,"end"),this.text.dispatchEvent(new Event("input",{bubbles:!0})),this.text.focus()}replaceSignature(t,n){if(this.
editor&&this.isRich){let i=n.text?n.html||b(n.text):"";return this.editor.replaceSignature(t.text,i)}let s=nt(this.text.value,t.text,n.text);s!==this.text.value&&(this.text.value=s,this.text.dispatchEvent(
new Event("input",{bubbles:!0})))}toPlain(){this.take(),!(tt(this.html.value)&&!confirm(a("losesFormat")))&&(this.text.value=I(this.html.value),this.close(),this.text.focus(),this.text.dispatchEvent(new Event(
"input",{bubbles:!0})))}toRich(){this.html.value=b(this.text.value),this.setMode(!0),this.html.dispatchEvent(new Event("input",{bubbles:!0})),this.open(!0)}close(){clearTimeout(this.timer),this.isBehind=
!1,this.editor?.end(),this.editor=null,this.setMode(!1)}recall(){let t=this.box.dataset.recalled;t==="text"&&this.isRich?this.close():t==="html"&&!this.isRich&&(this.setMode(!0),this.open()),this.original=
this.html.value,this.first=this.text.value,this.editor?.setHtml(this.html.value)}};function ot(e){let t=f("select[name=sender]",e);if(!t)return;let n=t.value,s=Promise.resolve();t.addEventListener("change",()=>{let i=t.value;s=s.then(()=>qt(t.dataset.settings??"",n,i)).then(o=>{n=i,
o&&Ut(e,o.before,o.after)}).catch(()=>{})})}async function qt(e,t,n){let s=new URLSearchParams({before:t,after:n}),i=await fetch(`${e}?${s}`,{headers:{"X-Pane":"form"}});return i.ok?i.json():null}function Ut(e,t,n){
P(e)?.replaceSignature(t,n);let s=l("[name=bcc]",e);s&&Vt(s,Jt(s.value,t.bcc,n.bcc)),s?.value&&s.closest("details")?.setAttribute("open","")}function Vt(e,t){e.value!==t&&(e.value=t,e.dispatchEvent(new Event(
"input",{bubbles:!0})))}function Jt(e,t,n){let s=e.trim().replace(/,$/,"");return t&&s===t?s="":t&&s.endsWith(`, ${t}`)&&(s=s.slice(0,-t.length-2)),[s,s.includes(n)?"":n].filter(Boolean).join(", ")}var Gt=5e5;function at(e,t){let n=!1;e.addEventListener("submit",async s=>{if(s.preventDefault(),n)return;n=!0,u(e,"saved").textContent=a("oneMoment"),s.submitter?.value==="discard"&&await t.save(),await t.
settle();let i=g(e),o=await Xt(e,s.submitter).catch(()=>{R(e,a("noConnection"))});if(n=!1,o){await t.end(),location.assign(o);return}u(e,"saved").textContent="",g(e)!==i&&await t.revive(i),t.resume()})}
async function Xt(e,t){let n=y(),s=l("[name=csrfmiddlewaretoken]",e);n&&s&&(s.value=n);let i={"X-Pane":"form"},{unsent:o="",login:r=""}=e.dataset;if(Qt(e)>Gt&&(await fetch(o,{method:"HEAD",headers:i,redirect:"\
manual"})).status===401)return rt(e,r);let d=new FormData(e,t),h=await fetch(e.action,{method:"POST",body:d,headers:i}),m=(h.headers.get("Content-Type")??"").includes("json")?await h.json():{};return m.
login?rt(e,m.login):m.problem?Yt(e,m.problem):m.goal?m.goal:(R(e,m.text?`${m.text} ${a("stillHere")}`:a("failed",{status:h.status})),"")}var Qt=e=>E(e).reduce((t,n)=>t+n.size,0);function R(e,t,n){let s=u(
e,"problem");s.hidden=!1;let i=c("span",s);if(i.textContent=t,n){let o=document.createElement("a");i.append(" ",Object.assign(o,{href:n,textContent:a("signIn"),target:"_blank"}))}s.scrollIntoView({block:"\
nearest"})}function rt(e,t){return R(e,a("ended"),t),""}function Yt(e,{text:t,field:n,once:s,gone:i,replaces:o}){R(e,t);for(let h of C("[aria-invalid]",e))h.removeAttribute("aria-invalid");let r=n?f(`\
[name="${CSS.escape(n)}"]:not([type=hidden])`,e):null;r?.closest("details")?.setAttribute("open",""),r?.setAttribute("aria-invalid","true"),r?.focus();let d=l("[name=replaces]",e);d&&(d.value=o),Zt(e,
s);for(let h of x('[name="kept"]',e))i.includes(h.value)&&h.closest("li")?.remove();return""}function Zt(e,t){let n=l("[name=once]",e);if(!(!n||n.value===t)){if(n.value=t,!l("[name=again]",e)){let s=document.
createElement("input");e.append(Object.assign(s,{type:"hidden",name:"again",value:"1"}))}N(e)}}function lt(e){let t=f("[data-templates]",e);if(!t)return;t.hidden=!1;let n=c("[data-insert] select",t),s=l("[data-save] input",t);c("[data-insert] button",t).addEventListener("click",()=>ct(e,t.dataset.
fill??"",{template:n.value},i=>te(e,i))),c("[data-save] button",t).addEventListener("click",()=>ct(e,t.dataset.keep??"",{template_name:s.value},i=>(n.add(new Option(i.name,i.key)),c("[data-insert]",t).
hidden=!1,s.value="",i.text))),s.addEventListener("keydown",i=>{i.key==="Enter"&&(i.preventDefault(),c("[data-save] button",t).click())})}async function ct(e,t,n,s){let i=y(),o=l("[name=csrfmiddleware\
token]",e);i&&o&&(o.value=i);let r=new FormData(e);r.delete("files");for(let[h,T]of Object.entries(n))r.set(h,T);let d=a("noConnectionNow");try{let h=await fetch(t,{method:"POST",body:r,headers:{"X-Pa\
ne":"form"}}),m=(h.headers.get("Content-Type")??"").includes("json")?await h.json():{};h.ok?d=s(m):m.text&&(d=m.text)}catch{}u(e,"template-news").textContent=d}function te(e,{subject:t,text:n,html:s,missing:i}){
let o=l("[name=subject]",e);return o&&t&&!o.value&&ee(o,t),P(e)?.insert(n,s),i.length?a("notFilledIn",{names:i.join(", ")}):a("inserted")}function ee(e,t){e.value=t,e.dispatchEvent(new Event("input",{
bubbles:!0}))}var ht=new Map;function ne(e){se(e),e.addEventListener("keydown",n=>{n.key==="Enter"&&(n.ctrlKey||n.metaKey)&&f('[value="send"]',e)?.click()}),z(e),it(e),ot(e),lt(e);let t=new B(e);ht.set(e,t),at(e,t),
t.start()}function se(e){let t=l("[name=later]",e),n=()=>{u(e,"send-label").textContent=a(t?.value?"sendLater":"send")};t?.addEventListener("input",n),n()}async function ie(){await Promise.all([...ht.
values()].map(e=>e.signOut()))}for(let e of C("form.compose"))ne(e);X(ie);
