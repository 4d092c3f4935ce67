function h(e,t=document){return t.querySelector(e)}function f(e,t=document){return[...t.querySelectorAll(e)]}function a(e,t=document){let i=h(e,t);if(!i)throw new Error(`This page has no ${e}`);return i}
function p(e,t=document){return t.querySelector(e)}function k(e,t=document){return[...t.querySelectorAll(e)]}function I(e){return a(`template#${e}`).content.cloneNode(!0)}function yt(e){let t=document.
createElement("template");return t.innerHTML=e.trim(),t.content}function y(e){return yt(e).firstElementChild}var A=e=>`<svg class="icon" aria-hidden="true"><use href="#i-${e}"/></svg>`;var J=null,Ut=()=>JSON.parse(document.getElementById("words")?.textContent??"{}");function Kt(e){J={...J??Ut(),...e}}function Gt(e){J??=Ut();let t=J?.[e];if(t===void 0)throw new Error(`This page has n\
o words for ${e}`);return t}var c=(e,t={})=>Jt(String(Gt(e)),t);function W(e,t,i={}){let s=Gt(e),n=new Intl.PluralRules(document.documentElement.lang).select(t);return Jt(s[n]??s.other??"",{...i,number:ai(
t)})}var Jt=(e,t)=>e.replace(/%\((\w+)\)s/g,(i,s)=>String(t[s])),ai=e=>e.toLocaleString(`${document.documentElement.lang}-u-nu-latn`);var Vt=[["kB",1e3],["MB",1e6],["GB",1e9]];function P(e,t=document.documentElement.lang){if(e<1e3)return`${e} B`;let[i,s]=Vt.find(([,o])=>e<999.95*o)??Vt.at(-1);return`${(Math.round(e/s*10)/10).toLocaleString(
`${t}-u-nu-latn`,{useGrouping:!1})} ${i}`}var v=()=>document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];var u=(e,t)=>a(`[data-spot="${t}"]`,e),Xt=(e,t)=>h(`[data-spot="${t}"]`,e);function X(e,t){let i=Q(e).find(s=>s.value===t.token);i?i.checked=!0:t.isFile?u(e,"chosen").append(V(e,t)):a("[data-picked]",e).append(V(e,t)),e.dispatchEvent(new Event("change",{bubbles:!0}))}var Q=e=>k(
"[name=kept]",e);function V(e,t){let s=a("template[data-chip]",e).content.cloneNode(!0),n=p("[data-box]",s);return Object.assign(n,{name:"kept",value:t.token}),n.dataset.size=t.octets,n.dataset.part=JSON.
stringify(t),Object.assign(a("[data-offered]",s),{name:"offered",value:t.token}),a("use",s).setAttribute("href",t.icon),Object.assign(a(".name",s),{textContent:t.name,title:t.name}),a(".size",s).textContent=
t.size,t.isFile&&h(".stays",s)?.remove(),s}var Qt=e=>Q(e).map(t=>t.value);function Zt(e,t){for(let i of Q(e))t.includes(i.value)&&delete i.dataset.part}var Yt=e=>Q(e).filter(t=>t.dataset.part&&t.checked).
map(t=>JSON.parse(t.dataset.part??""));function ee(e){let t=h("[data-pick]",e);t?.addEventListener("click",i=>{i.preventDefault(),ci(e,t)})}function ci(e,t){let i=document.createElement("dialog");i.className="picking",i.setAttribute("aria-\
label",t.textContent?.trim()??""),document.body.append(i),i.addEventListener("close",()=>{i.remove(),t.focus()}),i.addEventListener("click",n=>{n.target.closest("[data-close]")&&(n.preventDefault(),i.
close())}),i.addEventListener("submit",n=>{n.preventDefault();let o=n.target,r=n.submitter;if(r?.value!=="attach"){te(i,o.action,new FormData(o,r));return}for(let l of k("[name=part]:checked",i))X(e,di(
l));i.close()});let s=p("[name=once]",e)?.value??"";te(i,`${t.dataset.pick}?${new URLSearchParams({form:s})}`),i.showModal()}async function te(e,t,i){let s=v();s&&i?.set("csrfmiddlewaretoken",s),e.setAttribute(
"aria-busy","true");try{let o=await fetch(t,{method:i?"POST":"GET",body:i,headers:{"X-Pane":"picker"}}),r=await o.text(),l=(o.headers.get("Content-Type")??"").includes("html");if(!o.ok||!l)throw new Error(
l?"":JSON.parse(r).text);e.innerHTML=r,h("[autofocus]",e)?.focus()}catch(n){li(e,n instanceof TypeError?"":n.message)}e.removeAttribute("aria-busy")}function li(e,t){h("[data-problem]",e)?.remove();let i=y(
'<p class="note bad" role="alert" data-problem></p>');if(i.textContent=t||c("pickFailed"),e.prepend(i),h("[data-close]",e))return;let s=y(`<button type="button" data-close>${A("close")}</button>`);s.setAttribute(
"aria-label",c("close")),i.append(s)}function di(e){let t=e.closest("label");return{token:e.value,name:e.dataset.name??"",size:a(".size",t).textContent??"",octets:e.dataset.size??"0",icon:a("use",t).getAttribute(
"href")??""}}var hi=262144,pi=65536,ui=4194304,fi=2e3,mi=8e3,gi=12e4,wi=3e4,M=class extends Error{constructor(t,i){super(t),this.kind=i}};function xi(e,t){return t<fi?Math.min(ui,e*2):t>mi?Math.max(pi,Math.floor(e/
2)):e}var bi=e=>Object.entries(e).map(([t,i])=>{let s=new TextEncoder().encode(i);return`${t} ${btoa(Array.from(s,n=>String.fromCharCode(n)).join(""))}`}).join(","),Z=class{constructor(t,i,s,n){this.file=
t,this.address=i,this.form=s,this.show=n,this.place="",this.offset=0,this.piece=hi,this.isPaused=!1,this.isCut=!1,this.stopping=new AbortController}get token(){return`upload.${this.place.split("/").filter(
Boolean).at(-1)}`}async run(){this.isPaused=!1,this.stopping=new AbortController;for(let t=0;!this.isPaused;)try{if(this.place?this.isCut&&await this.look():await this.begin(),this.isCut=!1,t=0,this.offset>=
this.file.size)return await this.check();await this.sendPiece(),this.show(this)}catch(i){if(i instanceof M)throw i;if(this.isPaused)return!1;this.isCut=!0,this.show(this),t+=1,await this.wait(Math.min(
wi,1e3*2**t))}return!1}pause(){this.isPaused=!0,this.isCut=!0,this.stopping.abort()}async remove(){this.pause(),this.place&&await this.ask(this.place,"DELETE").catch(()=>{})}async begin(){let{name:t,type:i,
size:s,lastModified:n}=this.file,o={form:this.form,name:t,type:i,modified:String(n)},r={"Upload-Length":String(s),"Upload-Metadata":bi(o)},l=await this.ask(this.address,"POST",r);this.place=l.headers.
get("Location")??"",this.offset=Number(l.headers.get("Upload-Offset"))}async look(){let t=await this.ask(this.place,"HEAD");this.place?this.offset=Number(t.headers.get("Upload-Offset")):await this.begin()}async sendPiece(){
let t=this.file.slice(this.offset,this.offset+this.piece),i=await ie(t),s=performance.now(),n={"Upload-Offset":String(this.offset),"Content-Type":"application/offset+octet-stream"},o=await this.ask(this.
place,"PATCH",n,i);this.piece=xi(this.piece,performance.now()-s);let r=o.headers.get("Upload-Offset");r===null?this.isCut=!0:this.offset=Number(r)}async check(){return await ie(this.file.slice(-1)),!0}async ask(t,i,s={},n=void 0){
let o={"Tus-Resumable":"1.0.0","X-Pane":"upload","X-CSRFToken":v()??""},{signal:r}=this.stopping,l=setTimeout(()=>this.stopping.abort(),gi),d;try{let b={...s,...o};d=await fetch(t,{method:i,headers:b,
body:n,signal:r,redirect:"manual"})}finally{clearTimeout(l),r.aborted&&!this.isPaused&&(this.stopping=new AbortController)}if(d.ok)return d;if(d.status===404&&this.place&&i!=="DELETE")return this.place=
"",d;if([409,423].includes(d.status)&&i==="PATCH")throw new Error("elsewhere");if(d.status>=500||d.status===429||d.status===423)throw new Error(String(d.status));let T=(d.headers.get("Content-Type")??
"").includes("json")?await d.json():{};throw new M(T.text??"",d.status===401||T.login?"ended":"refused")}wait(t){let{signal:i}=this.stopping;return new Promise(s=>{let n=()=>{clearTimeout(o),removeEventListener(
"online",n),i.removeEventListener("abort",n),s(void 0)},o=setTimeout(n,t);addEventListener("online",n),i.addEventListener("abort",n)})}};async function ie(e){try{return await e.arrayBuffer()}catch{throw new M(
"","changed")}}var vi=3,kt=1.37,Y=class{constructor(t,i,s){this.form=t,this.weigh=i,this.address=a("[data-uploads]",t).dataset.uploads??"",this.chips=new Map,this.running=new Set,this.queue=[],this.sending=null,t.addEventListener(
"submit",n=>this.holdBack(n),{capture:!0}),addEventListener("beforeunload",n=>{this.chips.size&&t.isConnected&&n.preventDefault()},{signal:s})}add(t){let i=p("[name=once]",this.form)?.value??"";for(let s of t){
let n=new Z(s,this.address,i,r=>this.draw(r)),o=this.chipOf(n);this.chips.set(n,o),u(this.form,"chosen").append(o),this.draw(n),this.queue.push(n)}this.changed(),u(this.form,"chosen").lastElementChild?.
scrollIntoView({block:"nearest"}),this.next()}next(){for(;this.running.size<vi&&this.queue.length;){let t=this.queue.shift();this.chips.has(t)&&this.run(t)}this.sending&&!this.running.size&&!this.queue.
length&&this.release()}async run(t){this.running.add(t),this.say(t,""),this.draw(t);try{await t.run()&&this.end(t)}catch(i){let s=i instanceof M,n=s&&i.kind==="changed"?"fileChanged":"uploadFailed";this.
say(t,s&&i.message||c(n)),s&&i.kind==="changed"&&await t.remove(),t.isPaused=!0}this.running.delete(t),this.draw(t),this.next()}end(t){let{file:i,token:s}=t,n=String(Math.round(i.size*kt)),o={token:s,
name:i.name,size:P(i.size),octets:n,icon:"#i-file"};this.chips.get(t)?.replaceWith(V(this.form,{...o,isFile:!0})),this.chips.delete(t),this.changed()}remove(t){this.chips.get(t)?.remove(),this.chips.delete(
t),this.queue=this.queue.filter(i=>i!==t),t.remove(),this.changed(),u(this.form,"chosen").closest("section, div")?.querySelector("input")?.focus()}changed(){this.form.dispatchEvent(new Event("change",
{bubbles:!0})),this.weigh()}chipOf(t){let{file:i}=t,o=a("template[data-upload]",this.form).content.cloneNode(!0).firstElementChild;o.dataset.weight=String(i.size),Object.assign(a(".name",o),{textContent:i.
name,title:i.name}),a(".size",o).textContent=P(i.size),Object.assign(a("[data-unfinished]",o),{name:"missing",value:i.name}),a("[data-pause]",o).addEventListener("click",()=>{t.isPaused?this.resume(t):
t.pause(),this.draw(t)});let l=a("[data-remove]",o);return l.setAttribute("aria-label",c("removeFile",{name:i.name})),l.addEventListener("click",()=>this.remove(t)),o}resume(t){t.isPaused=!1,this.queue.
push(t),this.next()}draw(t){let i=this.chips.get(t);if(!i)return;let s=h("progress",i);s.value=t.file.size?t.offset/t.file.size:0,s.setAttribute("aria-label",t.file.name);let n=a("[data-pause]",i),o=t.
isPaused&&!this.queue.includes(t);n.innerHTML=A(o?"play":"pause");let{name:r}=t.file;n.setAttribute("aria-label",c(o?"goOnFile":"pauseFile",{name:r})),t.isCut&&!t.isPaused?this.say(t,c("uploadWaits")):
t.isPaused||this.say(t,"")}say(t,i){let s=this.chips.get(t);s&&(a("[data-words]",s).textContent=i)}holdBack(t){if(!this.chips.size)return;let i=t.submitter;if(i?.value==="discard"){for(let o of[...this.
chips.keys()])this.remove(o);return}if(this.isReleased||(t.preventDefault(),t.stopImmediatePropagation(),this.sending))return;this.sending={submitter:i};let s=[...this.chips.keys()].map(({file:o})=>o.
name).join(", "),n=navigator.onLine?c("sendsWhenThere"):c("filesWait",{names:s});u(this.form,"saved").textContent=n;for(let o of this.chips.keys())o.isPaused&&!this.running.has(o)&&this.resume(o);this.
next()}release(){let{submitter:t=null}=this.sending??{};this.sending=null,this.isReleased=!0,this.form.requestSubmit(t),this.isReleased=!1}isReleased=!1};function se(e,t,i){let s=l=>{if(!e.isConnected)
return!1;let d=l.target instanceof Element?l.target.closest("form.compose"):null;return d===e||d===null&&f("form.compose").length===1},n=l=>{!l.dataTransfer?.types.includes("Files")||!s(l)||(l.preventDefault(),
e.classList.add("dropping"))},o=l=>{(!l.relatedTarget||s(l))&&e.classList.remove("dropping")},r=l=>{e.classList.remove("dropping");let d=l.dataTransfer?.files;l.defaultPrevented||!d?.length||!s(l)||(l.
preventDefault(),t(d))};document.addEventListener("dragover",n,{signal:i}),document.addEventListener("dragleave",o,{signal:i}),document.addEventListener("drop",r,{signal:i}),e.addEventListener("paste",
l=>{let d=l.clipboardData?.files;l.defaultPrevented||!d?.length||(l.preventDefault(),t(d))})}function yi(e,t){let i=s=>s.reduce((n,o)=>n+o,0);return Math.round(i(e)*kt+i(t))}function ne(e,t){let i=p("[name=files]",e),s=new Y(e,()=>Et(e),t),n=o=>{ki(e,o)&&s.add(o)};ee(e),e.addEventListener("ch\
ange",o=>{if(o.target===i&&i.files?.length){let r=new DataTransfer;for(let l of i.files)r.items.add(l);i.value="",n(r.files)}else Et(e)}),se(e,n,t),Et(e)}function oe(e,t){let i=k('[name="kept"]:checke\
d',e).map(o=>Number(o.dataset.size)),s=f("[data-weight]",e).map(o=>Number(o.dataset.weight)),n=[...t??[]].map(o=>o.size);return yi([...s,...n],i)}function ki(e,t){let i=oe(e,t),s=Number(e.dataset.limit);
return i<=s?!0:(re(e,c("tooBig",{size:P(i),limit:P(s)})),!1)}function re(e,t){let i=u(e,"too-big");i.hidden=!t,i.textContent=t}function Et(e){let t=Number(e.dataset.limit),i=oe(e),s={size:P(i),limit:P(
t)};u(e,"total").textContent=i?c("total",s):c("upTo",s);let n=i>t;re(e,n?c("tooBig",s):"");for(let o of e.querySelectorAll('.send button, [value=send], [value^="later."]'))o.toggleAttribute("disabled",
n)}var Ei=new Set("ADDRESS ARTICLE BLOCKQUOTE CENTER DD DIV DL DT FIGURE FOOTER H1 H2 H3 H4 H5 H6 HEADER HR LI MAIN OL P PRE SECTION TABLE TD TH TR UL".split(" ")),Ti=new Set("A BLOCKQUOTE BODY BR DIV P \
SPAN".split(" ")),Ai=/<style\b[^>]*>[\s\S]*?<\/style\s*>/gi,Si=/<[a-z][^\s>/]*(?:[^>"']|"[^"]*"|'[^']*')*>/gi,Oi=/([\s"'/])style(\s*=)/gi,Li=e=>e.replaceAll("&","&amp;").replaceAll("<","&lt;").replaceAll(
">","&gt;");function B(e){let t=0,i="";for(let s of e.replace(/\n+$/,"").split(`
`)){let n=/^(?:> ?)*/.exec(s)?.[0]??"",o=n.split(">").length-1;i+='<blockquote type="cite">'.repeat(Math.max(0,o-t)),i+="</blockquote>".repeat(Math.max(0,t-o)),t=o;let r=(o?s.slice(n.length):s).replace(
/^ | {2,}| $/g,l=>" ".repeat(l.length));i+=`<div>${Li(r)||"<br>"}</div>`}return i+"</blockquote>".repeat(t)}function Ci(e){return e.replace(Ai,"").replace(Si,t=>t.replace(Oi,"$1data-style$2"))}var ae=e=>new DOMParser().
parseFromString(Ci(e),"text/html").body;function ce(e){for(let t of ae(e).querySelectorAll("*")){if(!Ti.has(t.tagName)||t.hasAttribute("data-style")||t.hasAttribute("color"))return!0;let i=t.getAttribute(
"href");if(i&&!i.endsWith(t.textContent??""))return!0}return!1}function Tt(e){return`${le(ae(e)).join(`
`).replaceAll(" "," ")}
`}function le(e){let t=[],i="",s=()=>{i&&t.push(i.trimEnd()),i=""};for(let n of e.childNodes)n instanceof Element&&Ei.has(n.tagName)?(s(),t.push(...Pi(n))):n instanceof Element&&n.tagName==="BR"?(t.push(
i.trimEnd()),i=""):i+=$i(n);return s(),t}function Pi(e){let t=e.tagName==="PRE"?(e.textContent??"").split(`
`):le(e);if(e.tagName==="BLOCKQUOTE")return t.map(i=>Di(i));if(e.tagName==="LI"){let i=e.parentElement,s=[...i?.children??[]].indexOf(e)+1,n=i?.tagName==="OL"?`${s}. `:"- ";return t.map((o,r)=>(r?" ".
repeat(n.length):n)+o)}return t}var Di=e=>e.startsWith(">")?`>${e}`:`> ${e}`.trimEnd();function $i(e){let t=(e.textContent??"").replace(/[ \t\r\n]+/g," ");if(!(e instanceof Element))return t;if(e.tagName===
"IMG")return e.getAttribute("alt")??"";let i=e.tagName==="A"?e.getAttribute("href")??"":"";return i&&!i.endsWith(t)?`${t} <${i}>`:t}var de="@pictures.lemonade",he=/<img\b[^<>]*>/gi,At=/\bdata-cid="([^"]*)"/,pe=/\bsrc="([^"]*)"/;var ue=e=>e.replace(he,t=>{let i=At.exec(t)?.[1];return i?t.replace(pe,`src="cid:${i}"`).replace(At,""):t});function St(e){let t=[];for(let[i]of e.matchAll(he)){let s=(At.exec(i)?.[1]??"").replace(de,
""),n=/^data:(image\/\w+);base64,(.*)$/.exec(pe.exec(i)?.[1]??"");if(!s||!n)continue;let o=Uint8Array.from(atob(n[2]??""),d=>d.charCodeAt(0)),r=n[1]??"",l=`${s}~picture.${r.slice(6)}`;t.push({key:s,file:new File(
[o],l,{type:r})})}return t}function fe(e,t){for(let i of t){let s=`file.${i}`;if(h(`input[name=picture][value="${s}"]`,e))continue;let n=document.createElement("input");Object.assign(n,{type:"hidden",
name:"picture",value:s}),n.dataset.cid=i+de,e.append(n)}}function me(e,t,i){if(!t)return i?`${e.trimEnd()}

-- 
${i}
`:e;let s=e.split(`
`),n=t.split(`
`),o=s.findLastIndex((d,g)=>n.every((T,b)=>s[g+b]===T));if(o<0)return e;let r=s[o-1]==="-- ",l=i||!r?o:o-1;return s.splice(l,o+n.length-l,...i?i.split(`
`):[]),s.join(`
`)}var Ii=250,ge=new WeakMap;function we(e){let t=h("[data-editor]",e);t&&ge.set(e,new Ot(e,t))}var R=e=>ge.get(e),Ot=class{constructor(t,i){this.form=t,this.box=i;let s=o=>a(`[data-area="${o}"]`,i);this.
text=s("text"),this.html=s("html"),this.flag=a("[data-flag]",i),this.switch=a('[data-do="rich"]',i),this.editor=null,this.timer=0,this.stored=new Set,this.isBehind=!1,this.first=this.text.value,this.original=
this.html.value,this.switch.addEventListener("click",()=>this.toRich()),this.text.addEventListener("input",()=>this.takeTyped()),t.addEventListener("recall",()=>this.recall()),t.addEventListener("form\
data",({formData:o})=>{if(this.take(),!!this.isRich){o.set("html",ue(this.html.value));for(let{key:r,file:l}of St(this.html.value))this.stored.has(r)||o.append("pictures",l)}}),t.addEventListener("sav\
ed",o=>{let r=String(o.detail),l=St(r).map(({key:d})=>d);for(let d of l)this.stored.add(d);fe(i,l)});let n=i.dataset.rich!==void 0;this.setMode(n),n&&this.open()}get isRich(){return this.flag.name!==""}setMode(t){
this.text.name=t?"":"text",this.html.name=t?"html":"",this.flag.name=t?"rich":"",this.switch.hidden=t;let i=t&&this.editor!==null;this.text.hidden=i,a("label",this.box).setAttribute("for",i?"":this.text.
id)}takeTyped(){if(!this.isRich||this.editor)return;let t=this.text.value,i=this.original&&t.endsWith(this.first);this.html.value=i?B(t.slice(0,t.length-this.first.length))+this.original:B(t)}async open(t=!1){
try{let{editIn:i}=await import(this.box.dataset.editor??"");if(!this.isRich||this.editor)return;let s=t||document.activeElement===this.text,n=s?this.text.selectionStart:0;this.editor=i(this.box,this.html.
value,{change:()=>this.noteChange(),plain:()=>this.toPlain(),place:n}),this.setMode(!0),s&&this.editor.focus()}catch{this.setMode(!1)}}noteChange(){this.isBehind=!0,clearTimeout(this.timer),this.timer=
setTimeout(()=>{this.take(),this.html.dispatchEvent(new Event("input",{bubbles:!0}))},Ii)}take(){!this.isBehind||!this.editor||(this.isBehind=!1,this.html.value=this.editor.html())}insert(t,i){if(this.
editor&&this.isRich)return this.editor.insert(i||B(t));this.text.setRangeText(t,this.text.selectionStart,this.text.selectionEnd,"end"),this.text.dispatchEvent(new Event("input",{bubbles:!0})),this.text.
focus()}replaceSignature(t,i){if(this.editor&&this.isRich){let n=i.text?i.html||B(i.text):"";return this.editor.replaceSignature(t.text,n)}let s=me(this.text.value,t.text,i.text);s!==this.text.value&&
(this.text.value=s,this.text.dispatchEvent(new Event("input",{bubbles:!0})))}toPlain(){this.take(),!(ce(this.html.value)&&!confirm(c("losesFormat")))&&(this.text.value=Tt(this.html.value),this.close(),
this.text.focus(),this.text.dispatchEvent(new Event("input",{bubbles:!0})))}toRich(){this.html.value=B(this.text.value),this.setMode(!0),this.html.dispatchEvent(new Event("input",{bubbles:!0})),this.open(
!0)}close(){clearTimeout(this.timer),this.isBehind=!1,this.editor?.end(),this.editor=null,this.setMode(!1)}recall(){let t=this.box.dataset.recalled;t==="text"&&this.isRich?this.close():t==="html"&&!this.
isRich&&(this.setMode(!0),this.open()),this.original=this.html.value,this.first=this.text.value,this.editor?.setHtml(this.html.value)}};function _({title:e,lines:t,yes:i,no:s}){let n=y('<dialog class="question" aria-labelledby="question-title" aria-describedby="question-lines"><h2 id="question-title"></h2><ul id="question-lines"></ul>\
<p class="actions"><button type="button" class="primary" value="yes"></button><button type="button" value=""></button></p></dialog>');a("h2",n).textContent=e;for(let r of t)a("ul",n).append(Object.assign(
document.createElement("li"),{textContent:r}));let o=n.querySelectorAll("button");return[i,s].forEach((r,l)=>{let d=o[l];d.textContent=r,d.addEventListener("click",()=>n.close(d.value))}),document.body.
append(n),n.showModal(),new Promise(r=>{n.addEventListener("close",()=>{n.remove(),r(n.returnValue==="yes")})})}var Mi="lemonade",Lt="forms",tt="waiting",Ni=30*864e5,xe=null,S=null,F=0;function q(){return xe??=new Promise((e,t)=>{let i=indexedDB.open(Mi,2);i.onupgradeneeded=()=>{for(let s of[Lt,tt])i.result.objectStoreNames.
contains(s)||i.result.createObjectStore(s,{keyPath:["account","form"]})},i.onsuccess=()=>{S=i.result,S.onversionchange=()=>S?.close(),e(S)},i.onerror=()=>t(i.error),i.onblocked=()=>t(new Error("the st\
ore is in use"))}),xe}function et(e,t,i=Lt){return new Promise((s,n)=>{let o=e.transaction(i,"readwrite",{durability:"strict"});o.oncomplete=()=>s(),o.onabort=()=>n(o.error),t(o.objectStore(i)),o.commit()})}
async function be(e){let t=S??await q();if(F)throw new Error("signed out");await et(t,i=>i.put(e))}var Ct=e=>IDBKeyRange.bound([e],[e,[]]);async function ve(e,t){let i=S??await q();return new Promise(
(s,n)=>{let o=i.transaction(e).objectStore(e).getAll(Ct(t));o.onsuccess=()=>s(o.result),o.onerror=()=>n(o.error)})}async function ye(e){return(await ve(Lt,e)).filter(({at:i})=>Date.now()-i<Ni).sort((i,s)=>s.
at-i.at)}async function N(e,t){let i=S??await q();await et(i,s=>s.delete(t?[e,t]:Ct(e)))}async function ke(e){let t=S??await q();if(F)throw new Error("signed out");await et(t,i=>i.put(e),tt)}async function Pt(e){
return(await ve(tt,e)).sort((i,s)=>s.at-i.at)}async function H(e,t){let i=S??await q();await et(i,s=>s.delete(t?[e,t]:Ct(e)),tt)}var m=()=>document.getElementById("account")?.dataset.address??"";function Ee(e){
e>F&&(F=0)}function Dt(){let e=new BroadcastChannel("sign-out");return e.addEventListener("message",({data:t})=>{t===m()&&(F=performance.now())}),e}function Te(e){let t=Dt();document.addEventListener(
"submit",async i=>{let s=i.target;if(!s.matches("[data-sign-out]")||(i.preventDefault(),!await ji()))return;await e?.(),F=performance.now(),t.postMessage(m());let n=new Promise(r=>setTimeout(r,1e3)),o=[
N(m()),H(m())];await Promise.race([Promise.allSettled(o),n]),s.submit()})}async function ji(){let e=await Pt(m()).catch(()=>[]);return e.length?_({title:W("waitAtSignOut",e.length),lines:e.map(({subject:t})=>t||
c("noSubject")),yes:c("signOutAnyway"),no:c("staySignedIn")}):!0}var Wi=new Set(["hidden","file","submit"]),Bi=["csrfmiddlewaretoken","once","replaces","again","files","rich","picture","pictures"],Ri=1500,$t=new Map,Fi=e=>`form ${e}`,w=e=>p("[name=once]",e)?.value??
"",O=e=>[...p("[name=files]",e)?.files??[],...k("[data-unfinished]",e).map(t=>({name:t.value,size:0}))];function x(e){let t=new FormData(e);for(let i of Bi)t.delete(i);return JSON.stringify([...t].map(
([i,s])=>[i,String(s)]))}var Ae=e=>e.dataset.page??location.pathname+location.search;function U(e){let t=new URL(Ae(e),location.href);t.searchParams.set("form",w(e)),e.dataset.page?e.dataset.page=t.pathname+
t.search:history.replaceState(history.state,"",t)}function D(e,{saved:t=!1,left:i=!1,isNewer:s=!1}){let o=[...e.elements].filter(r=>r.name&&!Wi.has(r.type));return be({account:m(),form:w(e),url:Ae(e),
fields:o.map(r=>[r.name,r.value,r.checked??null]),files:O(e).map(r=>r.name),parts:Yt(e),saved:t,left:i&&t,isNewer:s,at:Date.now()})}var it=e=>N(m(),w(e)).catch(()=>{});async function Se(e){let t=w(e);
if(!t)return!0;let i=await Oe(t),n=(await ye(m()).catch(()=>[])).find(o=>o.form===t);if(i||Hi(e),U(e),!n)return!0;if(Xt(e,"sent-already")&&!n.isNewer)return it(e),!0;for(let o of n.parts??[])X(e,o);return zi(
e,n.fields),n.files.length&&qi(e,n.files),n.saved&&i}function zi(e,t){for(let[i,s,n]of t)for(let o of k(`[name="${CSS.escape(i)}"]`,e)){let r=o.type==="checkbox"||o.type==="radio";r?o.value===s&&(o.checked=
!!n):o.value=s,(r?o.checked:o.value)&&o.closest("details")?.setAttribute("open","")}_i(e,t)}function _i(e,t){let i=t.find(([r])=>r==="html")??t.find(([r])=>r==="text"),s=h("[data-editor]",e);if(!i||!s)
return;let[n,o]=i;a(`[data-area="${n}"]`,s).value=o,s.dataset.recalled=n,e.dispatchEvent(new Event("recall"))}function qi(e,t){let i=u(e,"attach-again");i.hidden=!1,a("span",i).textContent=c("attachAg\
ain",{names:t.join(", ")})}function Oe(e){return navigator.locks?new Promise(t=>{let i=AbortSignal.timeout(Ri);navigator.locks.request(Fi(e),{signal:i},()=>(t(!0),new Promise(s=>$t.set(e,()=>s(void 0))))).
catch(()=>t(!1))}):Promise.resolve(!0)}function Le(e){$t.get(w(e))?.(),$t.delete(w(e))}function Hi(e){let t=p("[name=once]",e);t&&(t.value=e.dataset.spare??""),Oe(w(e))}var Ui=300,Ki=2e3,Gi=6e3,Ji=2e4,Vi=2e3,Xi=6e4,Qi=6e4,Zi=3e3,Ce=8e3,st=class{constructor(t){this.form=t,this.onServer=x(t),this.atFirst=this.onServer,this.inBrowser="",this.isOver=!1,this.isClosed=!1,this.
sent="",this.tries=new Set,this.isResting=!1,this.failures=0,this.since=0,this.kind="",this.underWay=null,this.keepTimer=0,this.saveTimer=0,this.closing=new AbortController}async start(){let{signal:t}=this.
closing;addEventListener("pagehide",()=>this.leave(),{signal:t}),addEventListener("beforeunload",s=>{let n=this.isDirty&&this.inBrowser!==x(this.form);!this.isOver&&(n||O(this.form).length)&&s.preventDefault()},
{signal:t}),addEventListener("online",()=>this.hurry(),{signal:t}),document.addEventListener("visibilitychange",()=>{document.visibilityState==="hidden"&&this.isDirty?this.keep():this.failures&&this.hurry()},
{signal:t}),this.atFirst=x(this.form),await Se(this.form)&&(this.onServer=x(this.form)),this.form.addEventListener("input",()=>this.noteChange()),this.form.addEventListener("change",()=>this.noteChange()),
this.noteChange()}get isWritten(){return x(this.form)!==this.atFirst||O(this.form).length>0}get isDirty(){return x(this.form)!==this.onServer}get isNewer(){let t=x(this.form);return this.isClosed&&!this.
tries.size||[...this.tries].some(i=>i!==t)}noteChange(){this.isOver||!this.isDirty||(clearTimeout(this.keepTimer),this.keepTimer=setTimeout(()=>this.keep(),Ui),!(this.failures||this.isResting||this.isClosed)&&
(this.since||=Date.now(),this.schedule(Math.max(0,Math.min(Ki,this.since+Gi-Date.now())))))}schedule(t){clearTimeout(this.saveTimer),this.saveTimer=setTimeout(()=>this.save(),t)}hurry(){this.isDirty&&
!this.isResting&&this.schedule(0)}async keep(){let t=x(this.form);this.isOver||t===this.inBrowser||(await D(this.form,{isNewer:this.isNewer}).then(()=>{this.inBrowser=t}).catch(()=>{}),this.isClosed&&
this.tellClosed())}async save(){if(this.underWay||this.isOver||this.isClosed||this.isResting||!this.isDirty||(this.underWay=this.saveNow().finally(()=>{this.underWay=null}),await this.underWay,!this.isDirty||
this.isOver||this.isResting))return;let t=Math.min(Vi*2**(this.failures-1),Xi);this.failures?this.schedule(t*(.75+Math.random()/2)):this.noteChange()}async saveNow(){let t=x(this.form),i=w(this.form),
s=Qt(this.form),n=performance.now(),o=R(this.form)?.html.value??"";this.since=0;let r={};try{let l=await fetch(this.form.dataset.autosave??"",{method:"POST",body:this.body(),headers:{"X-Pane":"form"},
signal:AbortSignal.timeout(Ji)});r=(l.headers.get("Content-Type")??"").includes("json")?await l.json():{}}catch{}i===w(this.form)&&(r.saved&&Ee(n),r.saved&&this.form.dispatchEvent(new CustomEvent("sav\
ed",{detail:o})),r.over?await this.close():r.saved?(Zt(this.form,s),await this.noteSaved(r,t)):await this.noteFailure(r))}body(){let t=v(),i=p("[name=csrfmiddlewaretoken]",this.form);t&&i&&(i.value=t);
let s=new FormData(this.form);return s.delete("files"),s}async noteSaved(t,i){this.failures=0,this.onServer=i;let s=p("[name=replaces]",this.form);s&&(s.value=t.replaces??""),t.pause&&(this.since=Date.
now()+t.pause*1e3),this.isDirty||await D(this.form,{saved:!0}).catch(()=>{});let n=`${document.documentElement.lang}-u-nu-latn`,o=new Date().toLocaleTimeString(n,{hour:"2-digit",minute:"2-digit"});if(this.
tell("saved",c("savedAt",{time:o})),t.other){let r=u(this.form,"elsewhere");r.hidden=!1,a("a",r).setAttribute("href",t.other)}}async noteFailure(t){this.failures+=1,await this.keep();let i=this.inBrowser===
x(this.form),s=t.text?`${t.text} `:"";this.tell("unsaved",s+c(i?"onlyHere":"nowhere"),t.login)}tell(t,i,s){let n=O(this.form).length?` ${c("filesNotKept")}`:"",o=u(this.form,"draft-state");if(o.textContent=
i+n,s){let r=document.createElement("a");Object.assign(r,{href:s,textContent:c("signIn"),target:"_blank"}),o.append(" ",r)}t!==this.kind&&(u(this.form,"draft-news").textContent=i+n),this.kind=t}async settle(){
this.isResting=!0,clearTimeout(this.saveTimer),await this.keep();let t=new Promise(i=>setTimeout(i,Ce));await Promise.race([this.underWay,t]),this.sent=x(this.form),this.tries.add(this.sent)}resume(){
this.isResting=!1,this.noteChange()}async revive(t){(this.isOver||this.isClosed)&&(this.onServer=""),this.isOver=this.isClosed=!1,this.inBrowser=this.kind="",this.tries.clear(),this.failures=0,await this.
keep(),this.inBrowser&&await N(m(),t).catch(()=>{})}async close(){if(this.isClosed=!0,this.onServer=this.tries.size===1?this.sent:"",this.inBrowser="",this.failures=0,this.isDirty)return this.keep();await it(
this.form),this.tellClosed()}tellClosed(){let t=this.inBrowser===x(this.form),i=this.isDirty?` ${c(t?"newerHere":"nowhere")}`:"";this.tell(`closed${i}`,c("sentAlready")+i)}async end(){this.isOver=!0,clearTimeout(
this.saveTimer),clearTimeout(this.keepTimer),x(this.form)===this.sent?await it(this.form):await D(this.form,{isNewer:!0}).catch(()=>{})}async signOut(){clearTimeout(this.saveTimer),clearTimeout(this.keepTimer);
let t=new Promise(i=>setTimeout(i,Zi));await Promise.race([this.save(),t]),this.isOver=!0,clearTimeout(this.saveTimer),clearTimeout(this.keepTimer)}async leaveOpenPage(){await this.keep();let t=new Promise(
s=>setTimeout(s,Ce));await Promise.race([this.underWay??this.save(),t]),this.isDirty&&!this.failures&&await Promise.race([this.save(),t]);let i=!this.isDirty;return await D(this.form,{saved:i,left:!0}).
catch(()=>{}),i}stop(){this.isOver=!0,clearTimeout(this.saveTimer),clearTimeout(this.keepTimer),this.closing.abort(),Le(this.form)}leave(){if(this.isOver)return;let t=this.isDirty,{isNewer:i,isClosed:s}=this;
(t||this.inBrowser&&!s)&&D(this.form,{saved:!t,left:!0,isNewer:i}).catch(()=>{});let n=new Blob([x(this.form)]).size;!t||s||this.isResting||n>Qi||fetch(this.form.dataset.autosave??"",{method:"POST",body:this.
body(),headers:{"X-Pane":"form"},keepalive:!0}).catch(()=>{})}};var Yi=/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/,ts=/^"(?:[^"\\]|\\[ -~])+"$/,Pe=/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/,es=/^[\p{L}\p{N}\p{M} !#$%&'*+/=?^_`{|}~-]+$/u;
function j(e){return ss(e).map(t=>t.replace(/^[^"<@]*:(?!\/\/)\s*/,"").replace(/^mailto:/i,"")).map(t=>/^[^\s<>"]+@[^\s<>"]+\?/.test(t)?t.split("?")[0]??"":t).flatMap(t=>is(t)?t.split(/\s+/):[t]).map(
t=>t.trim()).filter(Boolean)}var is=e=>!/[<"]/.test(e)&&e.split(/\s+/).every(t=>/.@./.test(t));function ss(e){let t=[],i="",s=!1,n=!1,o=!1;for(let r of e){if(s)n?n=!1:r==="\\"?n=!0:r==='"'&&(s=!1);else if(!o&&
/[,;\n\r\t]/.test(r)){t.push(i),i="";continue}else s=r==='"',o=r==="<"||o&&r!==">";i+=r}return[...t,i].map(r=>r.trim()).filter(Boolean)}var De=e=>(e.match(/(?<!\\)"/g)??[]).length%2===1;function nt(e){
let t=/^(.*?)<([^<>]*)>$/s.exec(e.trim()),i=(t?.[1]??"").trim(),s=(t?.[2]??e).trim(),o=i.length>1&&i.startsWith('"')&&i.endsWith('"')?i.slice(1,-1).replace(/\\(.)/g,"$1"):i,r=!t&&/[<>]/.test(e)?"angle\
s":ns(s);return{text:e.trim(),name:o.split(/\s+/).filter(Boolean).join(" "),address:s,problem:r}}function ns(e){let t=e.lastIndexOf("@"),i=e.slice(0,Math.max(0,t)),s=e.slice(t+1);return t<0?"noAt":i?s?
s.includes(" ")||i.includes(" ")&&!i.startsWith('"')?"space":/[^\0-\x7f]/.test(i)?"letters":!Yi.test(i)&&!ts.test(i)?"localPart":i.length>64||e.length>254?"tooLong":os(s.replace(/\.$/,""))?"":"domain":
"noDomain":"noLocalPart"}function os(e){if(/^[\0-\x7f]*$/.test(e))return e.split(".").every(t=>Pe.test(t));try{return new URL(`http://${e}`).hostname.split(".").every(t=>Pe.test(t))}catch{return!1}}function $e(e,t){
return e?`${es.test(e)?e:`"${e.replace(/[\\"]/g,"\\$&")}"`} <${t}>`:t}var z=e=>e.address.toLowerCase();var rs=120,ot=class{constructor(t,i,s,n,o){this.entry=t,this.list=i,this.url=s,this.accept=n,this.tell=o,this.people=[],this.at=-1,this.isChosen=!1,this.timer=0,this.running=null,i.addEventListener("p\
ointerdown",r=>r.preventDefault()),i.addEventListener("click",r=>{let l=r.target.closest("[role=option]"),d=this.people[[...i.children].indexOf(l)];d&&this.take(d)})}get active(){return this.people[this.
at]??null}look(t){if(clearTimeout(this.timer),this.running?.abort(),!t)return this.close();this.timer=setTimeout(()=>this.ask(t),rs)}async ask(t){this.running=new AbortController;try{let i=await fetch(
`${this.url}?q=${encodeURIComponent(t)}`,{headers:{"X-Pane":"people"},signal:this.running.signal});i.ok&&this.entry.value.trim()===t&&this.show((await i.json()).people)}catch(i){if(!(i instanceof DOMException&&
i.name==="AbortError")&&!(i instanceof TypeError))throw i}}show(t){this.people=t,this.isChosen=!1,this.list.replaceChildren(...t.map((i,s)=>this.draw(i,s))),this.list.hidden=!t.length,this.entry.setAttribute(
"aria-expanded",String(t.length>0)),this.go(t.length?0:-1),t.length&&this.tell(t.length)}draw(t,i){let s=a("li",I("suggested-person"));return s.id=`${this.list.id}-${i}`,It(s,t.photo),a(".name",s).textContent=
t.name||t.address,a(".address",s).textContent=t.name?t.address:"",a(".kind",s).textContent=t.note,s}go(t){this.at=t,[...this.list.children].forEach((s,n)=>{s.setAttribute("aria-selected",String(n===t))});
let i=this.list.children[t];i?this.entry.setAttribute("aria-activedescendant",i.id):this.entry.removeAttribute("aria-activedescendant"),i?.scrollIntoView({block:"nearest"})}step(t){this.people.length&&
(this.isChosen=!0,this.go((this.at+t+this.people.length)%this.people.length))}take(t){this.close(),this.accept(t)}close(){clearTimeout(this.timer),this.running?.abort(),this.people.length&&this.show([])}};
function It(e,t){let i=h("img",e);t&&i?i.src=t:i?.remove()}var K=Object.getOwnPropertyDescriptor(HTMLInputElement.prototype,"value"),E=null;function Ie(e){let t=[];for(let i of f("[data-recipients]",e))t.push(new Mt(i,t));for(let i of f(".more-lines > summary",
e))i.addEventListener("dragenter",()=>{E&&i.parentElement?.setAttribute("open","")})}var Mt=class{constructor(t,i){this.all=i,this.source=a("input[name]",t),this.label=a("label",t).textContent??"",this.
box=a(".people",I("people")),this.list=a(".chosen",this.box),this.entry=a(".entry",this.box),this.news=a(".news",this.box),this.wrong=a(".wrong",this.box),this.people=new Map,this.takeOver();let s=a("\
[role=listbox]",this.box);s.id=`${this.entry.id}-options`,s.setAttribute("aria-label",c("suggestedPeople")),this.entry.setAttribute("aria-controls",s.id),this.suggestions=new ot(this.entry,s,t.dataset.
recipients??"",n=>{this.entry.value="",this.add(j(n.label),n.photo),this.entry.focus()},n=>this.tell(W("suggestions",n))),this.listen(),this.read()}takeOver(){let{source:t,entry:i}=this;i.id=t.id,t.removeAttribute(
"id"),t.classList.add("real"),t.tabIndex=-1,t.setAttribute("aria-hidden","true"),t.after(this.box),t.addEventListener("focus",()=>i.focus()),Object.defineProperty(t,"value",{get:()=>K.get?.call(t),set:s=>{
K.set?.call(t,s),this.read()}}),t.autofocus&&i.focus()}listen(){let{entry:t,list:i,box:s}=this;t.addEventListener("input",()=>{this.sync(!1),this.suggestions.look(t.value.trim())}),t.addEventListener(
"keydown",n=>this.pressInEntry(n)),t.addEventListener("paste",n=>{let o=n.clipboardData?.getData("text/plain")??"";j(o).length<2||(n.preventDefault(),this.add(j(`${t.value}
${o}`)),t.value="",this.sync())}),t.addEventListener("blur",()=>{this.suggestions.close(),this.commit()}),i.addEventListener("keydown",n=>this.pressInList(n)),i.addEventListener("click",n=>{let o=n.target,
r=this.personAt(o);r&&o.closest(".remove")&&this.remove(r)}),i.addEventListener("dblclick",n=>{let o=this.personAt(n.target);o&&this.edit(o)});for(let n of["copy","cut"])i.addEventListener(n,o=>this.copy(
o));i.addEventListener("dragstart",n=>{let o=this.personAt(n.target);!o||!n.dataTransfer||(E={field:this,recipient:o},n.dataTransfer.setData("text/plain",o.text),n.dataTransfer.effectAllowed="move")}),
i.addEventListener("dragend",()=>{E=null}),s.addEventListener("dragover",n=>{E&&this.all.includes(E.field)&&n.preventDefault()}),s.addEventListener("drop",n=>{!E||!this.all.includes(E.field)||(n.preventDefault(),
E.field.move(E.recipient,this),E=null)}),s.addEventListener("click",n=>{(n.target===s||n.target===i)&&t.focus()})}read(){if(K.get?.call(this.source)===this.written())return;this.list.replaceChildren(),
this.people.clear();let t=j(String(K.get?.call(this.source))).map(nt),s=t.at(-1)?.problem?t.pop():null;this.entry.value=s?.text??"",this.draw(t),this.showProblem()}written(){return[...[...this.people.
keys()].map(i=>i.text),this.entry.value.trim()].filter(Boolean).join(", ")}sync(t=!0){K.set?.call(this.source,this.written()),this.source.removeAttribute("aria-invalid"),t&&this.source.dispatchEvent(new Event(
"input",{bubbles:!0})),this.showProblem()}add(t,i=""){let s=new Set([...this.people.keys()].map(z)),n=t.map(nt).filter(r=>{let l=!s.has(z(r));return s.add(z(r)),l});this.draw(n,i),this.sync();let[o]=n;
n.length===1&&o&&!o.problem?this.tell(c("personAdded",{name:o.name||o.address})):n.length>1&&this.tell(W("peopleAdded",n.length))}draw(t,i=""){let s=document.createDocumentFragment();for(let n of t){let o=a(
"li",I("chosen-person")),r=a(".who",o),l=n.problem?n.text:n.name||n.address;a(".name",r).textContent=l,r.title=n.problem?c(n.problem):n.text,r.setAttribute("aria-label",n.problem?`${n.text}: ${c(n.problem)}`:
n.text),o.classList.toggle("bad",!!n.problem),It(o,i),a(".remove",o).setAttribute("aria-label",c("removePerson",{name:l})),this.people.set(n,o),s.append(o)}this.list.append(s),this.count()}count(){this.
list.hidden=!this.people.size;let t={field:this.label};this.list.setAttribute("aria-label",W("peopleIn",this.people.size,t))}showProblem(){let t=[...this.people.keys()].find(s=>s.problem),i=t?c("noAdd\
ress",{text:t.text.slice(0,80),why:c(t.problem)}):"";this.wrong.textContent!==i&&(this.wrong.textContent=i)}commit(){let t=this.entry.value.trim();return t?(this.entry.value="",this.add(j(t)),!0):!1}remove(t){
let i=this.people.get(t),s=i?.nextElementSibling,n=i?.contains(document.activeElement);i?.remove(),this.people.delete(t),this.count(),this.sync(),n&&(s?a(".who",s):this.entry).focus(),this.tell(c("per\
sonRemoved",{name:t.name||t.text}))}edit(t){this.commit(),this.remove(t),this.entry.value=t.problem?t.text:$e(t.name,t.address),this.sync(),this.entry.focus(),this.entry.select()}move(t,i){if(!i||i===
this)return;this.remove(t),i.source.closest("details")?.setAttribute("open",""),i.add([t.text]);let s=[...i.people].find(([o])=>z(o)===z(t))?.[1];s&&a(".who",s).focus();let n={name:t.name||t.text,field:i.
label};i.tell(c("personMoved",n))}copy(t){let i=this.personAt(document.activeElement);!i||!t.clipboardData||(t.clipboardData.setData("text/plain",i.text),t.preventDefault(),t.type==="cut"&&this.remove(
i))}personAt(t){let i=t?.closest("li");return[...this.people].find(([,s])=>s===i)?.[0]}pressInEntry(t){let{entry:i,suggestions:s}=this;if(t.isComposing)return;let n=i.selectionStart===0&&i.selectionEnd===
0,o=document.dir==="rtl"?"ArrowRight":"ArrowLeft",r=(t.key===","||t.key===";")&&!De(i.value);if(t.key==="Enter"&&(t.ctrlKey||t.metaKey)||t.key==="Tab"){i.value.trim()&&this.finish();return}if(t.key===
"ArrowDown")s.step(1);else if(t.key==="ArrowUp")s.step(-1);else if(t.key==="Escape"&&s.active)s.close();else if(t.key==="Enter"||r)this.finish();else if((t.key==="Backspace"||t.key===o)&&n){let d=[...this.
people.values()].at(-1);if(!d)return;a(".who",d).focus()}else return;t.preventDefault(),t.stopPropagation()}finish(){let{active:t,isChosen:i}=this.suggestions,s=j(this.entry.value).map(nt);t&&(i||s.some(
n=>n.problem))?this.suggestions.take(t):(this.suggestions.close(),this.commit())}pressInList(t){let i=this.personAt(document.activeElement);if(!i||t.isComposing)return;let s=[...this.people.values()],
n=s.indexOf(this.people.get(i)),o=document.dir==="rtl"?-1:1,r=this.all.indexOf(this),l=d=>(s[d]?a(".who",s[d]):this.entry).focus();if(t.altKey&&t.key==="ArrowDown")this.move(i,this.all[r+1]);else if(t.
altKey&&t.key==="ArrowUp")this.move(i,this.all[r-1]);else if(t.key==="ArrowLeft")l(Math.max(0,n-o));else if(t.key==="ArrowRight")l(Math.max(0,n+o));else if(t.key==="Home")l(0);else if(t.key==="End")l(
s.length);else if(t.key==="Backspace"||t.key==="Delete")this.remove(i);else if(t.key==="Enter"||t.key==="F2")this.edit(i);else return;t.preventDefault(),t.stopPropagation()}tell(t){this.news.textContent=
t}};function Me(e){let t=h("select[name=sender]",e);if(!t)return;let i=t.value,s=Promise.resolve();t.addEventListener("change",()=>{let n=t.value;s=s.then(()=>as(t.dataset.settings??"",i,n)).then(o=>{i=n,
o&&cs(e,o.before,o.after)}).catch(()=>{})})}async function as(e,t,i){let s=new URLSearchParams({before:t,after:i}),n=await fetch(`${e}?${s}`,{headers:{"X-Pane":"form"}});return n.ok?n.json():null}function cs(e,t,i){
R(e)?.replaceSignature(t,i);let s=p("[name=bcc]",e);s&&ls(s,ds(s.value,t.bcc,i.bcc)),s?.value&&s.closest("details")?.setAttribute("open","")}function ls(e,t){e.value!==t&&(e.value=t,e.dispatchEvent(new Event(
"input",{bubbles:!0})))}function ds(e,t,i){let s=e.trim().replace(/,$/,"");return t&&s===t?s="":t&&s.endsWith(`, ${t}`)&&(s=s.slice(0,-t.length-2)),[s,s.includes(i)?"":i].filter(Boolean).join(", ")}var Ne=9e3;function L(e,t,i){let s=I("toast"),n=a(".toast",s),o=a("form",n);a("span",n).textContent=e,t?ps(o,t):o.remove(),i&&n.prepend(hs(i,e));for(let r of f("#toasts > :not([data-stays])"))r.remove();
a("#toasts").append(n),i||us(n)}function hs({done:e,total:t},i){let s=document.createElement("progress");return s.setAttribute("aria-label",i),e&&Object.assign(s,{max:t,value:e}),s}function ps(e,{url:t,
fields:i}){e.action=t;for(let[s,n]of Object.entries(i))for(let o of n)e.append(Object.assign(document.createElement("input"),{type:"hidden",name:s,value:o}))}function us(e){let t=setTimeout(()=>e.remove(),
Ne),i=()=>clearTimeout(t),s=()=>{i(),t=setTimeout(()=>e.remove(),Ne)};e.addEventListener("pointerenter",i),e.addEventListener("focusin",i),e.addEventListener("pointerleave",s),e.addEventListener("focu\
sout",s)}function je(e){try{let{account:t,list:i}=JSON.parse(sessionStorage.getItem(e)??"{}");return t===m()&&Array.isArray(i)?i:[]}catch{return[]}}function We(e,t){try{t.length?sessionStorage.setItem(e,JSON.stringify(
{account:m(),list:t})):sessionStorage.removeItem(e)}catch{}}var Be=()=>je("writers"),Nt=e=>We("writers",e),rt=()=>je("sending"),jt=e=>We("sending",e);var Wt=700,fs=3e4,ms=1.6,Re=6e5,gs=8e3,Fe=()=>y('<div class="toast" data-stays><span></span></div>');function ze(){let e=Fe();return a("span",e).textContent=c("sending"),a("#toasts").append(e),e}function ct(e,t){
let i={...e,until:Date.now()+e.seconds*1e3};jt([...rt(),i]),new at(i,t)}function ws(){for(let e of rt())new at(e)}var at=class{constructor(t,i=Fe()){this.sending=t,this.wait=Wt,this.timer=0,this.isSaid=
!1,this.box=i;let s=t.until-Date.now();s>-Re?(this.say(c("sending")),s>0&&this.offer("undo",c("undo"),()=>this.takeBack()),this.lookIn(Math.max(0,s)+Wt)):this.forget()}say(t){let{subject:i}=this.sending;
a("span",this.box).textContent=i?`${t} (${i.slice(0,60)})`:t,a("#toasts").append(this.box)}offer(t,i,s){let n=y(`<button type="button">${A(t)}<span></span></button>`);t==="undo"&&(n.dataset.undo=""),a(
"span",n).textContent=i,n.addEventListener("click",s),this.box.append(n)}clear(){for(let t of this.box.querySelectorAll("button, a"))t.remove()}async look(){if(!this.sending.url)return;let t=await fetch(
this.sending.url,{headers:{"X-Pane":"outcome"}}).catch(()=>null);if(t?.status===404)return this.end();let i=t?.ok?await t.json().catch(()=>null):null;i&&this.tell(i);let s=Date.now()-this.sending.until;
if(i?.final||s>Re)return this.forget();this.wait=Math.min(this.wait*ms,fs),this.lookIn(this.wait)}lookIn(t){clearTimeout(this.timer),this.timer=setTimeout(()=>this.look(),t)}tell({state:t,text:i}){if(t===
"failed")this.clear(),this.box.setAttribute("role","alert"),this.say(i),this.offer("write",c("edit"),()=>this.takeBack()),this.link(),this.offer("close",c("dismiss"),()=>this.box.remove());else if(t===
"accepted"||t==="delivered"){if(this.isSaid)return;this.isSaid=!0,this.clear(),this.say(i),this.link(),setTimeout(()=>this.isSaid&&this.fade(),gs)}else this.clear(),this.say(i),this.offer("undo",c("un\
do"),()=>this.takeBack())}link(){let t=document.createElement("a");t.className="button",Object.assign(t,{href:this.sending.url,textContent:c("whatBecame")}),this.box.append(t)}fade(){this.box.getAttribute(
"role")!=="alert"&&this.box.remove()}async takeBack(){clearTimeout(this.timer),this.clear(),this.say(c("aMoment"));let t=await fetch(this.sending.undo,{method:"POST",body:new URLSearchParams({csrfmiddlewaretoken:v()??
""}),headers:{"X-Pane":"outcome"}}).catch(()=>null);if(!t){this.say(c("notTakenBack")),this.offer("undo",c("undo"),()=>this.takeBack());return}let i=await t.json().catch(()=>({}));if(!i.goal){this.say(
i.text??c("notTakenBack")),this.lookIn(Wt);return}this.end(),L(i.text),lt(i.goal)}end(){this.box.remove(),this.forget()}forget(){jt(rt().filter(({url:t})=>t!==this.sending.url))}};function lt(e){let t=document.
createElement("a");t.href=e,t.dataset.writer="",t.hidden=!0,document.body.append(t),t.click(),t.remove()}var He=3e3,xs=6e4,bs=1.6,vs=25*864e5,ys="waiting messages",ks=new Set([401,403,408,409,425,429]),$=new Map,G=new BroadcastChannel("waiting"),dt=He,Bt=0,_e=!1;async function Ue(e,t,i){let s=[...new FormData(
e,t)].filter(([n,o])=>n!=="csrfmiddlewaretoken"&&(typeof o=="string"||o.size>0));await ke({account:m(),form:w(e),url:e.dataset.page??location.pathname+location.search,action:e.action,fields:s,subject:p(
"[name=subject]",e)?.value??"",at:Date.now()}),await D(e,{saved:i,left:!0}),G.postMessage(""),ft()}async function ft(){dt=He,_e||(_e=!0,addEventListener("online",ht),G.addEventListener("message",ut),document.
addEventListener("visibilitychange",()=>{document.visibilityState==="visible"&&$.size&&ht()})),await ut(),await ht()}var pt=()=>Pt(m()).catch(()=>[]);async function ut(){let e=await pt(),t=new Set(e.map(
i=>i.form));for(let[i,s]of $)t.has(i)||Ke(i,s);for(let i of e)$.has(i.form)||Rt(i,c("waits"))}function Ke(e,t){t.remove(),$.delete(e)}function Rt(e,t){let i=$.get(e.form)??y('<div class="toast" data-s\
tays role="status"><span></span></div>');$.set(e.form,i),a("span",i).textContent=e.subject?`${t} (${e.subject.slice(0,60)})`:t;for(let n of f("button, a",i))n.remove();let s=y(`<button type="button">${A(
"undo")}<span></span></button>`);return a("span",s).textContent=c("takeBack"),s.addEventListener("click",()=>Ss(e)),i.append(s),a("#toasts").append(i),i}async function Ge(e,t=!1){if(!navigator.locks)return e();
await navigator.locks.request(ys,{ifAvailable:!t},async i=>{i&&await e()})}async function ht(){clearTimeout(Bt),await Ge(async()=>{for(let e of(await pt()).reverse())await Es(e)}),await ut(),(await pt()).
length&&(dt=Math.min(dt*bs,xs),clearTimeout(Bt),Bt=setTimeout(ht,dt))}async function Es(e){if(Date.now()-e.at>vs)return qe(e,c("waitedTooLong"));let t=new FormData;for(let[l,d]of e.fields)t.append(l,d);
t.set("waited","1"),t.set("csrfmiddlewaretoken",v()??"");let i={"X-Pane":"window"},s=await fetch(e.action,{method:"POST",body:t,headers:i}).catch(()=>null);if(!s)return;let o=(s.headers.get("Content-T\
ype")??"").includes("json")?await s.json().catch(()=>({})):{};if(o.goal)return Ts(e,o);if(o.login)return As(e,o.login);let r=s.status>=400&&s.status<500&&!ks.has(s.status);(o.problem||r)&&await qe(e,o.
problem?.text??o.text??c("failedInQueue"))}async function Ts(e,{sending:t,text:i}){await H(e.account,e.form),await N(e.account,e.form),G.postMessage("");let s=$.get(e.form);s&&Ke(e.form,s),t?ct({...t,
subject:e.subject}):i&&L(i)}function As(e,t){let i=Rt(e,c("waitsForSignIn")),s=document.createElement("a");s.className="button",i.append(Object.assign(s,{href:t,textContent:c("signIn")}))}async function qe(e,t){
await H(e.account,e.form),G.postMessage(""),Je(e,t)}function Je(e,t){let i=Rt(e,t);$.delete(e.form),i.setAttribute("role","alert");let s=y(`<button type="button">${A("write")}<span></span></button>`);
a("span",s).textContent=c("edit"),s.addEventListener("click",()=>{navigator.onLine&&i.remove(),lt(e.url)}),a("button",i).replaceWith(s)}async function Ss(e){await Ge(async()=>{(await pt()).some(({form:t})=>t===
e.form)&&(await H(e.account,e.form),G.postMessage(""),navigator.onLine?lt(e.url):Je(e,c("takenBack")))},!0),await ut()}var Os=5e5,Ft={pane:"form",begin(){},fail(){},end:({goal:e})=>location.assign(e),wait(){a("form.compose").hidden=!0}};function Xe(e,t,i){let s=!1;e.addEventListener("submit",async n=>{if(n.preventDefault(),
s)return;s=!0;let o=Cs(e,n.submitter),r=o?.value??"";u(e,"saved").textContent=c("aMoment"),i.begin(r),r==="discard"&&await t.save(),await t.settle();let l=w(e),d=!1,g=await Ds(e,o,i.pane).catch(()=>{d=
!0});if(!(d&&r==="send"&&await Ls(e,o,t,i))){if(d&&mt(e,c("noConnection")),s=!1,g?.goal){await t.end(),i.end(g);return}i.fail(),u(e,"saved").textContent="",w(e)!==l&&await t.revive(l),t.resume(),g&&"q\
uestions"in g&&Ps(e,o,g)}})}async function Ls(e,t,i,s){if(s===Ft&&navigator.onLine)return!1;if(!p("[name=subject]",e)?.value.trim()){let n={title:c("askTitle"),yes:c("sendAnyway"),no:c("changeIt")};if(!await _(
{...n,lines:[c("emptySubject")]}))return!1}try{await Ue(e,t,!i.isDirty)}catch{return!1}return i.isOver=!0,s.wait(),!0}function Cs(e,t){let i=t,s=p("[name=later]",e);return!s||!i?.value.startsWith("lat\
er.")?i:(s.value=i.value.slice(6),s.dispatchEvent(new Event("input",{bubbles:!0})),a('.send [value="send"]',e))}async function Ps(e,t,{questions:i,field:s}){let n={title:c("askTitle"),yes:c("sendAnywa\
y"),no:c("changeIt")};await _({...n,lines:i})?e.requestSubmit(t):Qe(e,s)}async function Ds(e,t,i){let s=v(),n=p("[name=csrfmiddlewaretoken]",e);s&&n&&(n.value=s);let o={"X-Pane":i},{unsent:r="",login:l=""}=e.
dataset;if($s(e)>Os&&(await fetch(r,{method:"HEAD",headers:o,redirect:"manual"})).status===401)return Ve(e,l);let d=new FormData(e,t),g=await fetch(e.action,{method:"POST",body:d,headers:o}),b=(g.headers.
get("Content-Type")??"").includes("json")?await g.json():{};return b.login?Ve(e,b.login):b.problem?.questions.length?b.problem:b.problem?Is(e,b.problem):b.goal?b:(mt(e,b.text?`${b.text} ${c("stillHere")}`:
c("failed",{status:g.status})),null)}var $s=e=>O(e).reduce((t,i)=>t+i.size,0);function mt(e,t,i){let s=u(e,"problem");s.hidden=!1;let n=a("span",s);if(n.textContent=t,i){let o=document.createElement("\
a");n.append(" ",Object.assign(o,{href:i,textContent:c("signIn"),target:"_blank"}))}s.scrollIntoView({block:"nearest"})}function Ve(e,t){return mt(e,c("ended"),t),null}function Is(e,{text:t,field:i,once:s,
gone:n,replaces:o}){mt(e,t);for(let l of f("[aria-invalid]",e))l.removeAttribute("aria-invalid");Qe(e,i)?.setAttribute("aria-invalid","true");let r=p("[name=replaces]",e);r&&(r.value=o),Ms(e,s);for(let l of k(
'[name="kept"]',e))n.includes(l.value)&&l.closest("li")?.remove();return null}function Qe(e,t){let i=t?h(`[name="${CSS.escape(t)}"]:not([type=hidden])`,e):null;return i?.closest("details")?.setAttribute(
"open",""),i?.focus(),i}function Ms(e,t){let i=p("[name=once]",e);if(!(!i||i.value===t)){if(i.value=t,!p("[name=again]",e)){let s=document.createElement("input");e.append(Object.assign(s,{type:"hidden",
name:"again",value:"1"}))}U(e)}}function Ye(e){let t=h("[data-templates]",e);if(!t)return;t.hidden=!1;let i=a("[data-insert] select",t),s=p("[data-save] input",t);a("[data-insert] button",t).addEventListener("click",()=>Ze(e,t.dataset.
fill??"",{template:i.value},n=>Ns(e,n))),a("[data-save] button",t).addEventListener("click",()=>Ze(e,t.dataset.keep??"",{template_name:s.value},n=>(i.add(new Option(n.name,n.key)),a("[data-insert]",t).
hidden=!1,s.value="",n.text))),s.addEventListener("keydown",n=>{n.key==="Enter"&&(n.preventDefault(),a("[data-save] button",t).click())})}async function Ze(e,t,i,s){let n=v(),o=p("[name=csrfmiddleware\
token]",e);n&&o&&(o.value=n);let r=new FormData(e);r.delete("files");for(let[d,g]of Object.entries(i))r.set(d,g);let l=c("noConnectionNow");try{let d=await fetch(t,{method:"POST",body:r,headers:{"X-Pa\
ne":"form"}}),T=(d.headers.get("Content-Type")??"").includes("json")?await d.json():{};d.ok?l=s(T):T.text&&(l=T.text)}catch{}u(e,"template-news").textContent=l}function Ns(e,{subject:t,text:i,html:s,missing:n}){
let o=p("[name=subject]",e);return o&&t&&!o.value&&js(o,t),R(e)?.insert(i,s),n.length?c("notFilledIn",{names:n.join(", ")}):c("inserted")}function js(e,t){e.value=t,e.dispatchEvent(new Event("input",{
bubbles:!0}))}var gt=new Map;function wt(e,t){Ws(e),e.addEventListener("keydown",n=>{n.key==="Enter"&&(n.ctrlKey||n.metaKey)&&h('[value="send"]',e)?.click()}),Ie(e);let i=new AbortController;ne(e,i.signal),we(e),Me(
e),Ye(e);let s=new st(e);return gt.set(e,{autosave:s,closing:i}),Xe(e,s,t),s.start(),s}function ti(e){let{autosave:t,closing:i}=gt.get(e)??{};t?.stop(),i?.abort(),gt.delete(e)}function Ws(e){let t=p("\
[name=later]",e),i=()=>{u(e,"send-label").textContent=c(t?.value?"sendLater":"send")};t?.addEventListener("input",i),i()}async function xt(){await Promise.all([...gt.values()].map(({autosave:e})=>e.signOut()))}var ei=`/* The form to write in: on a page of its own, docked beside the mail, or in a conversation. Where it is
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
  .settings .editor { min-height: 144px; }
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
`;var Ht=matchMedia("(max-width: 767px)"),Rs=572,Fs=32,C=[],zt=new Set,ii=!1,si=!1,bt=!1,_t=class{constructor(t,i,s){this.box=t,this.url=i,this.opener=s,this.form=a("form",t),this.isPushed=!1,this.form.
dataset.page=i,U(this.form),t.addEventListener("keydown",n=>this.pressKey(n)),t.addEventListener("click",n=>this.press(n))}start(){this.autosave=wt(this.form,{pane:"window",begin:t=>{t==="send"&&(this.
hide(),this.toast=ze())},fail:()=>{this.toast?.remove(),this.show(),(h("[aria-invalid]",this.form)??h("[value=send]",this.form))?.focus()},wait:()=>{this.toast?.remove(),this.drop()},end:t=>{let i=new FormData(
this.form).get("subject");if(this.drop(),t.sending){ct({...t.sending,subject:String(i??"")},this.toast);return}this.toast?.remove(),t.text&&L(t.text)}})}get shape(){let{classList:t}=this.box;return t.
contains("within")?"within":t.contains("folded")?"folded":t.contains("full")?"full":"docked"}take(t){this.box.classList.remove("within","folded","full"),t!=="docked"&&this.box.classList.add(t),t!=="wi\
thin"&&this.box.parentElement!==qt()&&qt().prepend(this.box),a('[data-window="fold"]',this.box).setAttribute("aria-expanded",`${t!=="folded"}`),a('[data-window="full"]',this.box).setAttribute("aria-pr\
essed",`${t==="full"}`),vt()}pressKey(t){t.key!=="Escape"||t.defaultPrevented||t.isComposing||h(":popover-open")||(t.preventDefault(),t.stopPropagation(),this.close())}press(t){let i=t.target instanceof
Element?t.target:null,s=i?.closest("[data-window]")??null,n=s?.dataset.window;n==="close"?this.close():n==="full"?this.take(this.shape==="full"?"docked":"full"):n==="dock"?this.take("docked"):(n==="fo\
ld"||this.shape==="folded"&&i?.closest(".compose-head"))&&this.take(this.shape==="folded"?"docked":"folded"),n&&n!=="close"&&s?.focus(),this.shape==="docked"&&ni(this)}show(){this.box.hidden=!1,this.shape===
"folded"&&this.take("docked"),Ht.matches&&!this.isPushed&&(history.state?.writer||history.pushState({...history.state,writer:!0},""),this.isPushed=!0),ni(this),vt()}hide(){this.box.hidden=!0,this.isPushed&&
history.state?.writer&&(bt=!0,history.back()),this.isPushed=!1,((this.opener?.isConnected&&this.opener.checkVisibility()?this.opener:null)??h("#subject")??h("#list-title"))?.focus({preventScroll:!0})}focus(){
(h("[autofocus]",this.form)??h("h2",this.form))?.focus({preventScroll:!0})}async close(){let{autosave:t}=this;if(!t||O(this.form).length){h('[value="save"]',this.form)?.click();return}if(this.hide(),!t.
isWritten){this.drop();return}let i=await t.leaveOpenPage();this.drop(),L(c(i?"draftSaved":"onlyHere"))}drop(){this.box.hidden||this.hide(),ti(this.form),this.box.remove(),C.splice(C.indexOf(this),1),
vt()}isAbout(t){let{pathname:i}=new URL(t),[,s,n]=i.match(/\/mail\/(.+)\/(\d+)\/edit\/$/)??[],o=new FormData(this.form).get("replaces"),[,r,...l]=String(o??"").split(".");return s&&n===r&&decodeURIComponent(
s)===l.join(".")?!0:this.url===t&&i.startsWith("/mail/")}};function qt(){let e=h("#writers");if(e)return e;let t=Object.assign(document.createElement("div"),{id:"writers",className:"writers"});return document.
body.append(t),t}function ni(e){if(Ht.matches||e.shape!=="docked")return;let t=Math.max(1,Math.floor((innerWidth-Fs)/Rs)),i=C.filter(n=>n.shape==="docked"&&!n.box.hidden),s=i.filter(n=>n!==e);for(let n of s.
slice(0,Math.max(0,i.length-t)))n.take("folded")}function vt(){Nt(C.filter(e=>!e.box.hidden).map(e=>({url:e.form.dataset.page??"",shape:e.shape})))}function zs(){if(ii)return;ii=!0;let e=new CSSStyleSheet;
e.replaceSync(ei),document.adoptedStyleSheets.push(e),addEventListener("popstate",_s,{capture:!0}),addEventListener("pagehide",vt),new MutationObserver(qs).observe(a("#main"),{childList:!0,subtree:!0})}
function _s(e){let t=C.findLast(i=>i.isPushed&&!i.box.hidden);!bt&&!t||(e.stopImmediatePropagation(),!bt&&t&&(t.isPushed=!1,t.close()),bt=!1)}function qs(){for(let e of C)e.box.isConnected||e.take("do\
cked")}async function Hs(e){let t=await fetch(e,{headers:{"X-Pane":si?"writer":"writer words"}}).catch(()=>null);if(!t)return L(c("canBeRead")),null;if(!t.ok){let o=(t.headers.get("Content-Type")??"").
includes("json")?await t.json():{login:e};return o.login?location.assign(o.login):L(o.text),null}let i=yt(await t.text()),s=h("script",i);return s&&Kt(JSON.parse(s.textContent??"{}")),document.body.append(
...f("template:is([id], [data-tools])",i)),si=!0,a(".writer",i)}function Us(e){return Ht.matches||e?.dataset.writer!=="answer"?null:e.closest(".one")??h("#letter .scroll")}async function oi(e,t=null,i="\
docked"){let s=C.find(l=>l.isAbout(e));if(s){s.show(),s.focus();return}if(zt.has(e))return;zt.add(e);let n=await Hs(e).finally(()=>zt.delete(e));if(!n)return;zs();let o=new _t(n,e,t),r=Us(t);(r??qt()).
append(n),C.push(o),o.take(r?"within":i),o.start(),i!=="folded"&&o.show(),r&&n.scrollIntoView({block:"nearest"}),i!=="folded"&&o.focus()}async function Ks(){for(let{url:e,shape:t}of Be())await oi(new URL(
e,location.href).href,null,t==="within"?"docked":t)}async function Gs(){await xt();for(let e of f(".writer"))e.remove();C.length=0,Nt([])}var ri=f("form.compose");for(let e of ri)wt(e,Ft);ri.length?(Te(xt),ft()):Dt();export{Gs as leaveWriters,oi as openWriter,Ks as restoreWriters,ws as resumeOutcomes,ft as startWaiting};
