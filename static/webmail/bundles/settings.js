function d(t,e=document){return e.querySelector(t)}function p(t,e=document){return[...e.querySelectorAll(t)]}function a(t,e=document){let n=d(t,e);if(!n)throw new Error(`This page has no ${t}`);return n}
function y(t,e=document){return e.querySelector(t)}var j=new Set("ADDRESS ARTICLE BLOCKQUOTE CENTER DD DIV DL DT FIGURE FOOTER H1 H2 H3 H4 H5 H6 HEADER HR LI MAIN OL P PRE SECTION TABLE TD TH TR UL".split(" ")),z=new Set("A BLOCKQUOTE BODY BR DIV P SP\
AN".split(" ")),K=/<style\b[^>]*>[\s\S]*?<\/style\s*>/gi,_=/<[a-z][^\s>/]*(?:[^>"']|"[^"]*"|'[^']*')*>/gi,G=/([\s"'/])style(\s*=)/gi,Y=t=>t.replaceAll("&","&amp;").replaceAll("<","&lt;").replaceAll(">",
"&gt;");function h(t){let e=0,n="";for(let i of t.replace(/\n+$/,"").split(`
`)){let s=/^(?:> ?)*/.exec(i)?.[0]??"",r=s.split(">").length-1;n+='<blockquote type="cite">'.repeat(Math.max(0,r-e)),n+="</blockquote>".repeat(Math.max(0,e-r)),e=r;let o=(r?i.slice(s.length):i).replace(
/^ | {2,}| $/g,c=>" ".repeat(c.length));n+=`<div>${Y(o)||"<br>"}</div>`}return n+"</blockquote>".repeat(e)}function Q(t){return t.replace(K,"").replace(_,e=>e.replace(G,"$1data-style$2"))}var L=t=>new DOMParser().
parseFromString(Q(t),"text/html").body;function S(t){for(let e of L(t).querySelectorAll("*")){if(!z.has(e.tagName)||e.hasAttribute("data-style")||e.hasAttribute("color"))return!0;let n=e.getAttribute(
"href");if(n&&!n.endsWith(e.textContent??""))return!0}return!1}function g(t){return`${b(L(t)).join(`
`).replaceAll(" "," ")}
`}function b(t){let e=[],n="",i=()=>{n&&e.push(n.trimEnd()),n=""};for(let s of t.childNodes)s instanceof Element&&j.has(s.tagName)?(i(),e.push(...V(s))):s instanceof Element&&s.tagName==="BR"?(e.push(
n.trimEnd()),n=""):n+=J(s);return i(),e}function V(t){let e=t.tagName==="PRE"?(t.textContent??"").split(`
`):b(t);if(t.tagName==="BLOCKQUOTE")return e.map(n=>X(n));if(t.tagName==="LI"){let n=t.parentElement,i=[...n?.children??[]].indexOf(t)+1,s=n?.tagName==="OL"?`${i}. `:"- ";return e.map((r,o)=>(o?" ".repeat(
s.length):s)+r)}return e}var X=t=>t.startsWith(">")?`>${t}`:`> ${t}`.trimEnd();function J(t){let e=(t.textContent??"").replace(/[ \t\r\n]+/g," ");if(!(t instanceof Element))return e;if(t.tagName==="IM\
G")return t.getAttribute("alt")??"";let n=t.tagName==="A"?t.getAttribute("href")??"":"";return n&&!n.endsWith(e)?`${e} <${n}>`:e}var A=null,Z=()=>JSON.parse(document.getElementById("words")?.textContent??"{}");function tt(t){A??=Z();let e=A?.[t];if(e===void 0)throw new Error(`This page has no words for ${t}`);return e}var f=(t,e={})=>et(String(tt(t)),e);var et=(t,e)=>t.replace(/%\((\w+)\)s/g,(n,i)=>String(e[i]));var $="@pictures.lemonade",k=/<img\b[^<>]*>/gi,w=/\bdata-cid="([^"]*)"/,O=/\bsrc="([^"]*)"/;var R=t=>t.replace(k,e=>{let n=w.exec(e)?.[1];return n?e.replace(O,`src="cid:${n}"`).replace(w,""):e});function E(t){let e=[];for(let[n]of t.matchAll(k)){let i=(w.exec(n)?.[1]??"").replace($,""),s=/^data:(image\/\w+);base64,(.*)$/.
exec(O.exec(n)?.[1]??"");if(!i||!s)continue;let r=Uint8Array.from(atob(s[2]??""),l=>l.charCodeAt(0)),o=s[1]??"",c=`${i}~picture.${o.slice(6)}`;e.push({key:i,file:new File([r],c,{type:o})})}return e}function C(t,e){
for(let n of e){let i=`file.${n}`;if(d(`input[name=picture][value="${i}"]`,t))continue;let s=document.createElement("input");Object.assign(s,{type:"hidden",name:"picture",value:i}),s.dataset.cid=n+$,t.
append(s)}}function I(t,e,n){if(!e)return n?`${t.trimEnd()}

-- 
${n}
`:t;let i=t.split(`
`),s=e.split(`
`),r=i.findLastIndex((l,m)=>s.every((u,q)=>i[m+q]===u));if(r<0)return t;let o=i[r-1]==="-- ",c=n||!o?r:r-1;return i.splice(c,r+s.length-c,...n?n.split(`
`):[]),i.join(`
`)}var nt=250,it=new WeakMap;function N(t){let e=d("[data-editor]",t);e&&it.set(t,new v(t,e))}var v=class{constructor(e,n){this.form=e,this.box=n;let i=r=>a(`[data-area="${r}"]`,n);this.text=i("text"),this.html=i("html"),this.flag=a("[data-flag]",n),this.switch=a('[data-do="rich"]',n),this.editor=
null,this.timer=0,this.stored=new Set,this.isBehind=!1,this.first=this.text.value,this.original=this.html.value,this.switch.addEventListener("click",()=>this.toRich()),this.text.addEventListener("inpu\
t",()=>this.takeTyped()),e.addEventListener("recall",()=>this.recall()),e.addEventListener("formdata",({formData:r})=>{if(this.take(),!!this.isRich){r.set("html",R(this.html.value));for(let{key:o,file:c}of E(
this.html.value))this.stored.has(o)||r.append("pictures",c)}}),e.addEventListener("saved",r=>{let o=String(r.detail),c=E(o).map(({key:l})=>l);for(let l of c)this.stored.add(l);C(n,c)});let s=n.dataset.
rich!==void 0;this.setMode(s),s&&this.open()}get isRich(){return this.flag.name!==""}setMode(e){this.text.name=e?"":"text",this.html.name=e?"html":"",this.flag.name=e?"rich":"",this.switch.hidden=e;let n=e&&
this.editor!==null;this.text.hidden=n,a("label",this.box).setAttribute("for",n?"":this.text.id)}takeTyped(){if(!this.isRich||this.editor)return;let e=this.text.value,n=this.original&&e.endsWith(this.first);
this.html.value=n?h(e.slice(0,e.length-this.first.length))+this.original:h(e)}async open(e=!1){try{let{editIn:n}=await import(this.box.dataset.editor??"");if(!this.isRich||this.editor)return;let i=e||
document.activeElement===this.text,s=i?this.text.selectionStart:0;this.editor=n(this.box,this.html.value,{change:()=>this.noteChange(),plain:()=>this.toPlain(),place:s}),this.setMode(!0),i&&this.editor.
focus()}catch{this.setMode(!1)}}noteChange(){this.isBehind=!0,clearTimeout(this.timer),this.timer=setTimeout(()=>{this.take(),this.html.dispatchEvent(new Event("input",{bubbles:!0}))},nt)}take(){!this.
isBehind||!this.editor||(this.isBehind=!1,this.html.value=this.editor.html())}insert(e,n){if(this.editor&&this.isRich)return this.editor.insert(n||h(e));this.text.setRangeText(e,this.text.selectionStart,
this.text.selectionEnd,"end"),this.text.dispatchEvent(new Event("input",{bubbles:!0})),this.text.focus()}replaceSignature(e,n){if(this.editor&&this.isRich){let s=n.text?n.html||h(n.text):"";return this.
editor.replaceSignature(e.text,s)}let i=I(this.text.value,e.text,n.text);i!==this.text.value&&(this.text.value=i,this.text.dispatchEvent(new Event("input",{bubbles:!0})))}toPlain(){this.take(),!(S(this.
html.value)&&!confirm(f("losesFormat")))&&(this.text.value=g(this.html.value),this.close(),this.text.focus(),this.text.dispatchEvent(new Event("input",{bubbles:!0})))}toRich(){this.html.value=h(this.text.
value),this.setMode(!0),this.html.dispatchEvent(new Event("input",{bubbles:!0})),this.open(!0)}close(){clearTimeout(this.timer),this.isBehind=!1,this.editor?.end(),this.editor=null,this.setMode(!1)}recall(){
let e=this.box.dataset.recalled;e==="text"&&this.isRich?this.close():e==="html"&&!this.isRich&&(this.setMode(!0),this.open()),this.original=this.html.value,this.first=this.text.value,this.editor?.setHtml(
this.html.value)}};var st=["image/png","image/jpeg","image/gif","image/webp"];async function M(){for(let t of p("form [data-editor]"))await rt(t)}async function rt(t){try{await import(t.dataset.editor??"")}catch{return}
let e=t.closest("form"),n=a('[data-area="text"]',t),i=a('[data-area="html"]',t);i.value||=h(n.value);for(let s of p("[data-without-editor]",t))s.hidden=!0;t.dataset.rich="",ot(t),N(e)}function ot(t){let e=a(
"template[data-tools]",t).content;a('[data-do="picture"]',e).remove();let n=(i,s)=>{[...i?.files??[]].some(({type:o})=>st.includes(o))&&(s.type==="paste"&&i?.types.includes("text/html")||(s.preventDefault(),
s.stopPropagation()))};t.addEventListener("paste",i=>n(i.clipboardData,i),{capture:!0}),t.addEventListener("drop",i=>n(i.dataTransfer,i),{capture:!0})}var D=()=>document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];var P=[["kB",1e3],["MB",1e6],["GB",1e9]];function T(t,e=document.documentElement.lang){if(t<1e3)return`${t} B`;let[n,i]=P.find(([,r])=>t<999.95*r)??P.at(-1);return`${(Math.round(t/i*10)/10).toLocaleString(
`${e}-u-nu-latn`,{useGrouping:!1})} ${n}`}var H=1e3,at=2e3,ct=3e4;function F(){let t=d("[data-transfer]");if(!t)return;for(let i of p("[data-follow]",t))ht(i);let e=a("[data-import]",t);e.addEventListener("submit",i=>{let s=[...y("[type=file]",
e)?.files??[]];s.length&&(i.preventDefault(),U(e,s))}),lt(e),a("[data-export]",t).addEventListener("submit",()=>setTimeout(()=>location.reload(),2*H))}function lt(t){t.addEventListener("dragover",e=>{
e.dataTransfer?.types.includes("Files")&&(e.preventDefault(),t.classList.add("dropping"))}),t.addEventListener("dragleave",()=>t.classList.remove("dropping")),t.addEventListener("drop",e=>{let n=[...e.
dataTransfer?.files??[]];t.classList.remove("dropping"),n.length&&(e.preventDefault(),U(t,n))})}async function U(t,e){let n=s=>s.preventDefault();addEventListener("beforeunload",n);let i=!0;for(let s of e)
i=await dt(t,s)&&i;removeEventListener("beforeunload",n),i&&location.reload()}async function dt(t,e){let n=a("[data-news]",t),i=Number(t.dataset.room??Number.POSITIVE_INFINITY),{name:s,size:r}=e;if(r>
i){let m=f("tooLarge",{name:s,size:T(r),room:T(i)});if(!confirm(m))return!1}let o=new FormData(t);o.delete("files"),o.set("name",s),o.set("size",String(r));let c=0,l=null;for(;!l||l.received<r;){let m=Math.
floor(100*(l?.received??0)/Math.max(1,r));n.textContent=f("sending",{name:s,percent:m});try{let u=l?await B(`${l.piece}?offset=${l.received}`,ut(t,e,l.received)):await B(t.action,o);if(u.words.text&&!u.
words.key)return n.textContent=f("refused",{name:s,words:u.words.text}),!1;if(!u.words.key)throw new Error(String(u.status));if(u.words.state!=="receiving")return!0;l=u.words,c=0}catch{c+=1,n.textContent=
f("goesOn",{name:s}),await W(Math.min(at*2**(c-1),ct))}}return!0}var ut=(t,e,n)=>e.slice(n,n+Number(t.dataset.piece));async function B(t,e){let n={"X-Pane":"form","X-CSRFToken":D()??""};e instanceof Blob&&
(n["Content-Type"]="application/octet-stream");let i=await fetch(t,{method:"POST",body:e,headers:n}),s=(i.headers.get("Content-Type")??"").includes("json");return{status:i.status,words:s?await i.json():
{}}}var W=t=>new Promise(e=>setTimeout(e,t));async function ht(t){for(;;){await W(H);try{let e=await fetch(t.dataset.follow??"",{headers:{"X-Pane":"form"}});if(!e.ok)return;let n=await e.json();a("[da\
ta-text]",t).textContent=n.text;let i=d("[data-bar]",t);if(i&&(i.max=n.total||n.size||1,i.value=n.total?n.done:n.received,i.hidden=n.final),n.final)return}catch{}}}var x=d("[data-mail-links]");x&&"registerProtocolHandler"in navigator&&(x.hidden=!1,a("button",x).addEventListener("click",()=>{navigator.registerProtocolHandler("mailto",location.origin+x.dataset.mailLinks),
a("[data-done]",x).hidden=!1}));F();M();
