"""Letters in other scripts, some in the charsets that their writers' programs still use."""

from __future__ import annotations

from collections.abc import Iterator

from .demo_message import DemoClock, DemoMessage, parse_filing
from .parts import attachment, flow, mixed_part, text
from .people import ALICE, BOB, PEOPLE

JAPANESE = """\
ボブ様

お世話になっております。港湾測量の渡辺です。

先日ご依頼いただきました水深データの比較が終わりましたので、結果をお送りいたします。
潮位補正後の差は平均で2.1センチ、最大でも6センチでした。岸壁の南側だけ少し
ばらつきが大きいようですが、海藻の影響ではないかと考えております。

来月エラリーに伺う際、ぜひ船からの観測を見学させてください。

よろしくお願いいたします。
渡辺 健二
"""

RUSSIAN = """\
Здравствуйте, Боб!

Спасибо за оттиск карты 1903 года. Мы сравнили его с нашим экземпляром: это другое издание,
у вас на два года раньше, и береговая линия у маяка нанесена иначе. Очень интересно.

Могу прислать скан нашего листа в полном разрешении. Напишите, пожалуйста, в каком формате
вам удобнее работать.

С уважением,
Дмитрий Орлов
"""

GREEK = """\
Αγαπητή Αλίκη,

το βιβλίο για τα λιμάνια μπαίνει στο τυπογραφείο την επόμενη εβδομάδα. Κράτησα τη φωτογραφία \
με το σούρουπο για το εξώφυλλο και έβαλα το όνομα του Τομάς στη σελίδα των ευχαριστιών.

Θα σου στείλω δύο αντίτυπα με το ταχυδρομείο. Αν περάσεις από τον Πειραιά, ο καφές είναι δικός μου.

Με αγάπη,
Ελένη
"""

ARABIC = """\
عزيزتي أليس،

شكراً على الرسومات الجميلة للممشى البحري. أعجبتني فكرة المقاعد الخشبية كثيراً، وأظن أن الظل \
سيكون كافياً في الصيف إذا زُرعت الأشجار في صفين.

هل يمكننا أن نتحدث يوم الثلاثاء صباحاً؟ أود أن أعرض عليك عينات من البلاط.

مع أطيب التحيات،
ليلى
"""

HEBREW = """\
שלום אליס,

המפה של החוף מוכנה. הוספתי את שביל ההליכה החדש ואת שלוש תחנות המנוחה, וסימנתי את המקומות \
שבהם המים גבוהים בחורף.

הקובץ המלא יישלח בנפרד. אשמח לשמוע מה דעתך על הצבעים.

בברכה,
יעל
"""

POLISH = """\
Cześć Bob,

dziękuję za poprawkę do modułu pływów, właśnie ją włączyłem. Testy przechodzą też dla Świnoujścia,
gdzie pływów prawie nie ma, co samo w sobie jest dobrym testem.

Do zobaczenia na spotkaniu w Gdańsku!

Marek
"""

GERMAN = """\
Lieber Bob,

anbei nur kurz: Die Pegelreihe läuft jetzt ohne Lücke bis 1998 zurück. Schöne Grüße aus dem \
Regen, hier steht das Wasser bis zur Brücke, und alle tun so, als wäre das üblich.

Herzlich
Lotte
"""

STATIONS = """\
番号,名称,緯度,経度,基準面
1,南岸壁,50.3421,-4.6310,-2.41
2,燃料桟橋,50.3428,-4.6297,-3.08
3,防波堤先端,50.3440,-4.6271,-6.75
"""

MOON = """\
Did you see it? 🌕

It came up right behind the light, orange as a buoy, and I got exactly four frames before the \
cloud closed. One is sharp. ⛵️🌊✨

Café tomorrow, I will bring the print.

Tomás
"""


def demo_messages(clock: DemoClock) -> Iterator[DemoMessage]:
    """Japanese, Russian, Greek, Arabic, Hebrew, Polish, German, and a few emoji."""
    yield from _japan(clock)
    yield from _other_scripts(clock)
    yield from _latin_messages(clock)


def _japan(clock: DemoClock) -> Iterator[DemoMessage]:
    japanese = DemoMessage(
        sender=PEOPLE["kenji"],
        to=[BOB],
        subject="水深データの比較結果について",
        when=clock.at(10, "03:15"),
        charset="iso-2022-jp",
        body=mixed_part(
            text(JAPANESE, charset="iso-2022-jp", way="7bit"),
            attachment("観測点一覧.csv", "text/csv; charset=utf-8", STATIONS.encode()),
        ),
        filed={"bob": parse_filing("Projects/Tide_gauge seen")},
    )
    yield japanese
    yield DemoMessage(
        sender=BOB,
        to=[PEOPLE["kenji"]],
        subject="Re: 水深データの比較結果について",
        when=clock.at(10, "09:40"),
        answers=japanese,
        body=text(
            flow(
                "渡辺様\n\nありがとうございます。Two centimetres on average is better than I dared "
                "to hope. You are right about the southern side: it is eelgrass, and it moves.\n\n"
                "You are very welcome on the boat. Please bring a warm coat.\n\nBob"
            )
        ),
    )


def _other_scripts(clock: DemoClock) -> Iterator[DemoMessage]:
    yield DemoMessage(
        sender=PEOPLE["dmitri"],
        to=[BOB],
        subject="Карта гавани 1903 года",
        when=clock.at(15, "10:20"),
        charset="koi8-r",
        body=text(RUSSIAN, charset="koi8-r", way="base64"),
        filed={"bob": parse_filing("INBOX seen flagged")},
    )
    yield DemoMessage(
        sender=PEOPLE["eleni"],
        to=[ALICE],
        subject="Το βιβλίο για τα λιμάνια 📖",
        when=clock.at(6, "18:25"),
        body=text(flow(GREEK), way="8bit"),
        filed={"alice": parse_filing("Friends seen")},
    )
    yield DemoMessage(
        sender=PEOPLE["layla"],
        to=[ALICE],
        subject="رسومات الممشى البحري",
        when=clock.at(3, "11:05"),
        body=text(flow(ARABIC), way="base64"),
    )
    yield DemoMessage(
        sender=PEOPLE["yael"],
        to=[ALICE],
        cc=[BOB],
        subject="מפת החוף המעודכנת",
        when=clock.ago(420),
        body=text(flow(HEBREW), way="quoted-printable"),
        filed={"alice": parse_filing("unread"), "bob": parse_filing("seen")},
    )


def _latin_messages(clock: DemoClock) -> Iterator[DemoMessage]:
    yield DemoMessage(
        sender=PEOPLE["marek"],
        to=[BOB],
        subject="Poprawka do modułu pływów",
        when=clock.at(9, "20:55"),
        charset="iso-8859-2",
        body=text(POLISH, charset="iso-8859-2", way="quoted-printable"),
        filed={"bob": parse_filing("Lists/Open_Chart seen")},
    )
    yield DemoMessage(
        sender=PEOPLE["lotte"],
        to=[BOB],
        subject="Pegelreihe vollständig",
        when=clock.at(1, "16:30"),
        charset="iso-8859-1",
        body=text(GERMAN, charset="iso-8859-1", way="quoted-printable"),
        filed={"bob": parse_filing("unread")},
    )
    yield DemoMessage(
        sender=PEOPLE["tomas"],
        to=[ALICE],
        subject="The moon behind the light 🌕",
        when=clock.at(4, "22:48"),
        body=text(flow(MOON)),
        filed={"alice": parse_filing("seen flagged")},
    )
