"""What makes a drawn file an archive: PDF/A-3a and PDF/UA-1 in one, readable in decades without anything outside it.

PDF/A-3 (ISO 19005-3) asks for metadata, a colour profile and embedded fonts; level A and PDF/UA (ISO 14289-1) for the
structure that ``tagging`` writes. The signed credential travels inside as an attachment, and an empty, invisible
signature field waits for the seal: a seal that made its own field would draw text in a font that is not embedded.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, String

ATTACHMENT = "credential.json"
SEAL_FIELD = "Seal"
# ISO 32000: invisible on screen and not to be changed, yet printed (which PDF/A asks of every annotation).
PRINT_AND_LOCKED = 4 | 128

_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<pdf:Keywords>{keywords}</pdf:Keywords><pdf:Producer>{producer}</pdf:Producer>
<xmp:CreatorTool>{creator}</xmp:CreatorTool>
<xmp:CreateDate>{moment}</xmp:CreateDate><xmp:ModifyDate>{moment}</xmp:ModifyDate>
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>PDF/UA version</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
# Document information that has a twin in the metadata above; the two must agree, so there is no other.
_TWINS = ("Title", "Author", "Subject", "Keywords", "Creator", "Producer", "CreationDate", "ModDate")


@cache
def _profile() -> bytes:
    """The sRGB colour space of the International Color Consortium, free to copy and embed."""
    return (Path(__file__).parent / "colour" / "sRGB2014.icc").read_bytes()


def make_archival(pdf: pikepdf.Pdf, *, language: str, dated: str) -> None:
    """Metadata and colours; ``dated`` is ``YYYY-MM-DD``, taken as midnight UTC so that it is the same every time."""
    info = pdf.docinfo
    info.CreationDate = info.ModDate = _pdf_date(dated)
    for name in set(info.keys()) - {f"/{twin}" for twin in _TWINS}:
        del info[name]
    said = {name.lower(): escape(str(info.get(f"/{name}", ""))) for name in _TWINS}
    packet = _PACKET.format(**said, language=language, moment=f"{dated}T00:00:00Z")
    pdf.Root.Metadata = pdf.make_stream(packet.encode(), Type=Name.Metadata, Subtype=Name.XML)
    pdf.Root.OutputIntents = Array(
        [
            Dictionary(
                Type=Name.OutputIntent,
                S=Name.GTS_PDFA1,
                OutputConditionIdentifier=String("sRGB IEC61966-2.1"),
                Info=String("sRGB IEC61966-2.1"),
                DestOutputProfile=pdf.make_stream(_profile(), N=3),
            )
        ]
    )


def attach_credential(pdf: pikepdf.Pdf, credential: bytes, *, dated: str) -> None:
    """The credential as a file inside the file; a PDF reader's list of attachments shows it."""
    inside = pdf.make_stream(
        credential,
        Type=Name.EmbeddedFile,
        Subtype=Name("/application/vc"),
        Params=Dictionary(ModDate=_pdf_date(dated), Size=len(credential)),
    )
    attached = pdf.make_indirect(
        Dictionary(
            Type=Name.Filespec,
            F=String(ATTACHMENT),
            UF=String(ATTACHMENT),
            EF=Dictionary(F=inside, UF=inside),
            AFRelationship=Name.Data,
            Desc=String("Open Badges 3.0, W3C Verifiable Credential"),
        )
    )
    pdf.Root.AF = Array([attached])
    pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array([String(ATTACHMENT), attached])))


def add_seal_field(pdf: pikepdf.Pdf, document: Any, *, key: int, says: str) -> Any:
    """An empty signature field on the first page, as a Form element under the ``document`` element.

    ``key`` is the field's place in the parent tree. Gives the element, for that tree.
    """
    page = pdf.pages[0].obj
    form = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Form, P=document))
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=String(SEAL_FIELD),
            TU=String(says),
            Rect=Array([0, 0, 0, 0]),
            F=PRINT_AND_LOCKED,
            P=page,
            StructParent=key,
        )
    )
    form.K = Dictionary(Type=Name.OBJR, Obj=field, Pg=page)
    document.K.append(form)
    if "/Annots" not in page:
        page.Annots = Array()
    page.Annots.append(field)
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=3)
    return form


def _pdf_date(dated: str) -> String:
    return String(f"D:{dated.replace('-', '')}000000Z")
