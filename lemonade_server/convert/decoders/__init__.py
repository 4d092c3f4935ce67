"""Those who read foreign formats. They run in processes of their own, know no Django, and may
fail in any way they like.
"""

from lemonade_server.convert.job import Decoder

from . import images, markup, office, opendocument, pdf, richtext, texts

DECODERS: dict[str, Decoder] = {
    "text": texts.recode,
    "html": markup.to_text,
    "image": images.picture,
    "pdf-picture": pdf.picture,
    "pdf-text": pdf.to_text,
    "docx": office.document,
    "xlsx": office.workbook,
    "pptx": office.slides,
    "odf": opendocument.to_text,
    "rtf": richtext.to_text,
}
