function o(t,n=document){return n.querySelector(t)}function r(t,n=document){let i=o(t,n);if(!i)throw new Error(`This page has no ${t}`);return i}var e=o("[data-mail-links]");e&&"registerProtocolHandler"in navigator&&(e.hidden=!1,r("button",e).addEventListener("click",()=>{navigator.registerProtocolHandler("mailto",location.origin+e.dataset.mailLinks),
r("[data-done]",e).hidden=!1}));
