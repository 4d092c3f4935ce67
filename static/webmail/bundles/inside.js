function r(t,e=document){return[...e.querySelectorAll(t)]}var f=.6,m=.5,c=1e6,s=1,d=t=>Math.floor(1e3*t.clientWidth/t.scrollWidth)/1e3;function p(t,e){let n=String(t.clientWidth);t.dataset.width===n&&e.scrollWidth<=e.clientWidth+s||(t.dataset.width=n,e.style.
zoom="",e.dataset.wholeWords="",d(e)<f&&delete e.dataset.wholeWords,!(e.scrollWidth<=e.clientWidth+s)&&(e.style.zoom=String(Math.max(m,d(e)))))}function g(t,e){let n=t.clientHeight-e.clientHeight,o=Math.
ceil(e.getBoundingClientRect().height)+n;t.style.height=`${Math.min(o,c)}px`;let i=e.scrollHeight-e.clientHeight;i>0&&(t.style.height=`${Math.min(o+i,c)}px`)}function l(t,e){let n=t.contentDocument;if(!n?.
body||n.URL==="about:blank")return;let o=n.documentElement,i=()=>{t.clientWidth&&(p(t,o),g(t,o))},u=new ResizeObserver(i);for(let h of[t,o,n.body])u.observe(h);n.addEventListener("load",i,!0),n.addEventListener(
"keydown",e),i()}function a(t=()=>{}){let e=r("iframe.frame");for(let o of e)o.contentDocument?.readyState==="complete"&&l(o,t);let n=o=>{let i=o.target;i instanceof HTMLIFrameElement&&i.matches(".fra\
me")&&l(i,t)};document.addEventListener("load",n,!0)}a();
