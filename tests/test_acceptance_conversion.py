"""Between the scripts: characters, names, declared words, quotation marks, and what is asked.

What is right was decided by hand. Forms on which Taiwan and Hong Kong differ, or usage does,
are folded before comparing; a test of their own has those that matter.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from acceptance import Epub, bare, built, make_book, publish
from mends import chapters, checked, inline, of, on_line, paragraphs, settled, told

pytestmark = pytest.mark.slow

TRADITIONAL = ("hant-tw", "hant-hk")
BOTH = '\n[[edition]]\nname = "hant-tw"\n\n[[edition]]\nname = "hant-hk"\n'

#: Regional forms, and pairs of which either is printed.
FOLDED = str.maketrans(
    "裏着説啓麪衞温枱脱鋭閲税户羣峯綫檯台佈佔週註", "裡著說啟麵衛溫臺脫銳閱稅戶群峰線臺臺布占周注"
)


def pairs(text: str) -> list[tuple[str, str]]:
    return [(one, other) for one, _, other in (item.partition("=") for item in text.split())]


#: Where plain OpenCC matches across words, and 签, whose first form in its table is 籤.
KNOWN = pairs(
    """双方签长协议。=雙方簽長協議。 芯片厂商签了字。=芯片廠商簽了字。
    他签长约，不签短约。=他簽長約，不簽短約。
    本章介绍了如何使用这套工具。=本章介紹了如何使用這套工具。
    书里提供了如下图所示的办法。=書裡提供了如下圖所示的辦法。
    消息会被发送到服务器上。=消息會被發送到服務器上。
    请求被发回，样书也被发给读者。=請求被發回，樣書也被發給讀者。
    每格最多只能放两枚棋子。=每格最多只能放兩枚棋子。
    它最多只支持三种格式。=它最多只支持三種格式。 这只能说明一件事。=這只能說明一件事。
    每人最多只有三次机会。=每人最多只有三次機會。 最多只要一刻钟。=最多只要一刻鐘。
    这类多只支持两种。=這類多只支持兩種。 系统不复杂。=系統不複雜。
    再加一个中间层就好。=再加一個中間層就好。 因此系统会自动重启。=因此系統會自動重啟。
    整数用补码表示。=整數用補碼表示。 他通过了笔试和面试。=他通過了筆試和面試。
    他在和面试官说话。=他在和面試官說話。 把两个文件合并成一个。=把兩個文件合併成一個。
    先合并并推送。=先合併並推送。 他跑了五公里。=他跑了五公里。
    不干预产业上下游。=不干預產業上下游。 为了解决这件事。=為了解決這件事。"""
)

#: Characters with more than one traditional form, in words that leave no choice.
PHRASES = pairs(
    """皇后=皇后 影后=影后 后裔=後裔 先后=先後 千里之外=千里之外 公里=公里 邻里=鄰里 里程=里程
    心里=心裡 夜里=夜裡 一里路=一里路 干燥=乾燥 饼干=餅乾 干杯=乾杯 干脆=乾脆 干涉=干涉
    干扰=干擾 天干地支=天干地支 若干=若干 干线=幹線 骨干=骨幹 才干=才幹 干活=幹活 树干=樹幹
    头发=頭髮 理发=理髮 发型=髮型 令人发指=令人髮指 千钧一发=千鈞一髮 发现=發現 开发=開發
    发射=發射 面条=麵條 泡面=泡麵 拉面=拉麵 面孔=面孔 反面=反面 地面=地面
    一只羊只吃草=一隻羊只吃草 船只=船隻 形单影只=形單影隻 只身=隻身 只好=只好 不只=不只
    中文系=中文系 关系=關係 维系=維繫 系鞋带=繫鞋帶 体系=體系 联系系主任=聯繫系主任 准许=准許
    批准=批准 核准=核准 标准=標準 准时=準時 瞄准=瞄準 水准=水準 钟表=鐘錶 闹钟=鬧鐘 分钟=分鐘
    钟爱=鍾愛 他钟情于此=他鍾情於此 老态龙钟=老態龍鍾 钟灵毓秀=鍾靈毓秀 余下的钱=餘下的錢
    业余=業餘 余额=餘額 三十余人=三十餘人 云雾=雲霧 人云亦云=人云亦云 不知所云=不知所云
    松树下很松=松樹下很鬆 松懈=鬆懈 蓬松=蓬鬆 松鼠=松鼠 手表=手錶 怀表=懷錶 表格=表格 表率=表率
    示范=示範 就范=就範 范围=範圍 丑时=丑時 丑陋=醜陋 小丑=小丑 出丑=出醜 丑闻=醜聞
    子丑寅卯=子丑寅卯 山谷=山谷 稻谷=稻穀 五谷=五穀 谷底=谷底 征求=徵求 征税=徵稅 应征=應徵
    特征=特徵 长征=長征 征服=征服 出征=出征 制造=製造 制作=製作 复制=複製 研制=研製 制度=制度
    制服=制服 控制=控制 冲茶=沖茶 冲洗=沖洗 冲淡=沖淡 冲突=衝突 缓冲=緩衝 首当其冲=首當其衝
    俯冲=俯衝 注意=注意 注射=注射 赌注=賭注 签名=簽名 签证=簽證 签署=簽署 竹签=竹籤 牙签=牙籤
    求签=求籤 书签=書籤 复习=複習 复杂=複雜 恢复=恢復 答复=答覆 卷起袖子=捲起袖子 席卷=席捲
    试卷=試卷 茶几=茶几 几个=幾個 台风=颱風 胡子=鬍子 胡说=胡說 姜汤=薑湯 郁闷=鬱悶 浓郁=濃郁
    存折=存摺 折断=折斷 仆人=僕人 前仆后继=前仆後繼 斗争=鬥爭 漏斗=漏斗 沈阳=瀋陽 酒曲=酒麴
    歌曲=歌曲 历史=歷史 日历=日曆 收获=收穫 获得=獲得 词汇=詞彙 汇款=匯款 论坛=論壇 坛子=罈子
    脏话=髒話 心脏=心臟 恶心=噁心 恶人=惡人 辟谣=闢謠 复辟=復辟 萝卜=蘿蔔 占卜=占卜 舍弃=捨棄
    宿舍=宿舍 咸淡=鹹淡 老少咸宜=老少咸宜 向导=嚮導 方向=方向 呼吁=呼籲 御寒=禦寒 御驾=御駕
    采访=採訪 神采=神采 别扭=彆扭 分别=分別 家伙=傢伙 伙食=伙食 秋千=鞦韆 千秋=千秋 托付=託付
    夸张=誇張 夸父=夸父 老板=老闆 木板=木板 刮风=颳風 症结=癥結 病症=病症 拉纤=拉縴 纤维=纖維
    并发症=併發症 并且=並且 回家=回家"""
)

#: Words that meet: a match across them is wrong, and no table of words can hold them all.
RISKY = pairs(
    """筷子和面具=筷子和面具 手和面颊=手和面頰 边长和面积=邊長和面積 空白发票=空白發票
    羊毛发往各地=羊毛發往各地 从源头发生=從源頭發生 带头发言=帶頭發言 放假发钱=放假發錢
    奖金发放了=獎金發放了 队长发话=隊長發話 缩短发货时间=縮短發貨時間 互联系统=互聯系統
    开关系统=開關系統 海关系统=海關系統 由此系统停了=由此系統停了 用手表示感谢=用手表示感謝
    每秒表示一次=每秒表示一次 独特制度=獨特制度 统一只用一种=統一只用一種 唯一只读=唯一只讀
    轮船只在海上=輪船只在海上 国王后来走了=國王後來走了 声明了变量=聲明了變量
    一片面包屑=一片麵包屑 白干一天=白幹一天 他站在大海里=他站在大海裡 恢复制度=恢復制度
    并联系统=並聯系統 求集合并取最大值=求集合並取最大值 三天后再来=三天後再來 除了解释=除了解釋
    助理发言=助理發言 这方面包括三点=這方面包括三點 前面条件已满足=前面條件已滿足"""
)

#: Old texts: 余 is I, 于 云 后 里 are themselves.  The last ones are of our own time.
CLASSICAL = pairs(
    """余闻而愈悲。=余聞而愈悲。 余幼时即嗜学。=余幼時即嗜學。
    黄帝曰：余闻上古有真人者。=黃帝曰：余聞上古有真人者。
    之子于归，宜其室家。=之子于歸，宜其室家。 王于兴师，修我戈矛。=王于興師，修我戈矛。
    岁云暮矣。=歲云暮矣。 云谁之思？=云誰之思？ 诗云子曰。=詩云子曰。
    夏后氏以松，殷人以柏。=夏后氏以松，殷人以柏。 后稷教民稼穑。=后稷教民稼穡。
    里仁为美。=里仁為美。 千里之行，始于足下。=千里之行，始於足下。
    余下的都给他。=餘下的都給他。 其余的人走了。=其餘的人走了。"""
)

#: People whose surname is also a word.
NAMES = pairs(
    """余华=余華 余秋雨=余秋雨 余承东=余承東 于东来=于東來 于是之=于是之 范建国=范建國
    朴志成=朴志成 郁小北=郁小北 岳小峰=岳小峰 涂又光=涂又光 游小明=游小明 干宝=干寶
    种师道=种師道 姜万里=姜萬里 沈云飞=沈雲飛 谷中秋=谷中秋 钟南山=鍾南山
    叶知秋=葉知秋 卜小松=卜小松 曲向东=曲向東"""
)


def folded(text: str) -> str:
    return text.translate(FOLDED)


def in_order(items: list[tuple[str, str]]) -> str:
    """A manuscript with the first of each pair as a paragraph."""
    return "# 书\n\n" + "\n\n".join(one for one, _ in items) + "\n"


def wrong(items: list[tuple[str, str]], got: list[str]) -> list[tuple[str, str, str]]:
    assert len(items) == len(got)
    return [
        (one, other, text)
        for (one, other), text in zip(items, got, strict=True)
        if folded(text) != folded(other)
    ]


def converted(cwd: Path, items: list[tuple[str, str]], edition: str, toml: str = "") -> list[str]:
    make_book(cwd / "book", in_order(items), toml)
    return paragraphs(cwd, "book", edition)


# --- characters -------------------------------------------------------------------------


@pytest.mark.parametrize("edition", TRADITIONAL)
def test_the_known_mistakes_are_right(tmp_path: Path, edition: str) -> None:
    assert wrong(KNOWN, converted(tmp_path, KNOWN, edition)) == []


@pytest.mark.parametrize("edition", TRADITIONAL)
def test_words_that_leave_no_choice(tmp_path: Path, edition: str) -> None:
    assert wrong(PHRASES, converted(tmp_path, PHRASES, edition)) == []


def test_the_book_has_what_convert_shows(tmp_path: Path) -> None:
    make_book(tmp_path / "book", in_order(KNOWN))
    options = ("--format", "epub", "--edition", "hant-tw")
    built(publish("build", "book", *options, cwd=tmp_path))
    text = bare(Epub(tmp_path / "output" / "book" / "book.hant-tw.epub").text())
    assert [other for _, other in KNOWN if folded(bare(other)) not in folded(text)] == []


@pytest.mark.parametrize(("edition", "forms"), [("hant-tw", "裡說著"), ("hant-hk", "裏説着")])
def test_regional_forms(tmp_path: Path, edition: str, forms: str) -> None:
    items = [("屋里", forms[0]), ("他说", forms[1]), ("看着", forms[2])]
    got = converted(tmp_path, items, edition)
    assert [text[-1] for text in got] == list(forms)


@pytest.mark.slow
@pytest.mark.parametrize("items", [RISKY, CLASSICAL], ids=["meeting words", "classical"])
def test_what_is_not_right_is_asked_about(tmp_path: Path, items: list[tuple[str, str]]) -> None:
    """Each is right in both editions, or check asks about it."""
    text = in_order(items)
    queries = of(checked(tmp_path, text, BOTH), "C-")
    left = [
        (edition, fault)
        for edition in TRADITIONAL
        for fault in wrong(items, paragraphs(tmp_path, "book", edition))
        if not on_line(queries, text, fault[0])
    ]
    assert left == []


@pytest.mark.slow
def test_the_list_of_risks_is_short_on_plain_prose(tmp_path: Path) -> None:
    """What is right as it stands is not asked about: one in twenty at most."""
    queries = of(checked(tmp_path, in_order(PHRASES), BOTH), "C-")
    assert len({query["line"] for query in queries}) <= len(PHRASES) // 20, queries


@pytest.mark.slow
def test_a_risk_is_asked_only_where_a_book_is_converted(tmp_path: Path) -> None:
    text = in_order([*RISKY, *CLASSICAL])
    assert of(checked(tmp_path, text, '\n[[edition]]\nname = "hans"\n'), "C-") == []


# --- names ------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", TRADITIONAL)
@pytest.mark.parametrize(
    "sentence", ["{}昨天来过。", "主持人{}到了。", "他是余下的人里的{}，不是别人。"]
)
def test_declared_names_keep_their_surname(tmp_path: Path, edition: str, sentence: str) -> None:
    items = [(sentence.format(one), other) for one, other in NAMES]
    toml = f"[convert]\nnames = {inline([one for one, _ in NAMES])}\n"
    got = converted(tmp_path, items, edition, toml)
    shown = [folded(text) for text in got]
    assert [pair for pair, text in zip(NAMES, shown, strict=True) if pair[1] not in text] == []
    assert "餘下" in got[0] or "余下" not in sentence


@pytest.mark.slow
def test_undeclared_names_are_right_or_asked_about(tmp_path: Path) -> None:
    """And are settled by declaring the name."""
    items = pairs(
        "余承东=余承東 于东来=于東來 朴志成=朴志成 种师道=种師道 范建国=范建國 涂又光=涂又光"
    )
    text = "# 书\n\n" + "\n\n".join(
        f"{name}是村里的木匠，大家都认识{name}。后来{name}搬到城里去了。" for name, _ in items
    )
    queries = of(checked(tmp_path / "one", text, BOTH), "C-")
    printed = ["".join(paragraphs(tmp_path / "one", "book", edition)) for edition in TRADITIONAL]
    in_doubt = [name for name, right in items if any(text.count(right) != 3 for text in printed)]
    assert in_doubt
    for name in in_doubt:
        asked = [query for query in queries if name in told(query)]
        lines = [settled(line) for query in asked for line in query["settle"]]
        assert {"convert": {"names": [name]}} in lines, (name, lines)
    declared = f"[convert]\nnames = {inline(in_doubt)}\n"
    after = of(checked(tmp_path / "two", text, declared + BOTH), "C-")
    assert [query for query in after if any(name in told(query) for name in in_doubt)] == []


@pytest.mark.slow
def test_words_that_begin_like_a_surname_are_not_asked_about(tmp_path: Path) -> None:
    text = "# 书\n\n于是他走了。关于范围，余下的话不多。游戏里有种子，后来干了。岳父在谷底。\n"
    assert of(checked(tmp_path, text, BOTH), "C-") == []


# --- what the book declares -------------------------------------------------------------


def test_declared_words_per_edition(tmp_path: Path) -> None:
    """Those of an edition are added to those of the book and go before them."""
    text = "# 书\n\n土豆和鼠标，签长协议，他说：“土豆！”\n"
    toml = '[convert]\nwords = { "签长协议" = "簽長約", "土豆" = "洋芋" }\n'
    toml += '\n[[edition]]\nname = "hant-tw"\nconvert = { words = { "土豆" = "馬鈴薯" } }\n'
    toml += '\n[[edition]]\nname = "hant-hk"\nconvert = { words = { "土豆" = "薯仔" } }\n'
    make_book(tmp_path / "book", text, toml)
    found = {edition: paragraphs(tmp_path, "book", edition) for edition in TRADITIONAL}
    assert found == {
        "hant-tw": ["馬鈴薯和鼠標，簽長約，他說：「馬鈴薯！」"],
        "hant-hk": ["薯仔和鼠標，簽長約，他説：「薯仔！」"],
    }
    assert paragraphs(tmp_path, "book", "hans") == ["土豆和鼠标，签长协议，他说：“土豆！”"]


def test_protected_words_are_left(tmp_path: Path) -> None:
    """Those of an edition besides those of the book, whatever stands beside them."""
    toml = '[convert]\nprotect = ["台积电"]\n\n[[edition]]\nname = "hant-tw"\n'
    toml += 'convert = { protect = ["发条"] }\n'
    items = [("台积电在台湾", "台积电在臺灣"), ("头发条件", "頭发条件"), ("台积", "臺積")]
    assert wrong(items, converted(tmp_path, items, "hant-tw", toml)) == []


def test_vocabulary_is_left_unless_asked_for(tmp_path: Path) -> None:
    items = [("软件和信息，鼠标和硬盘。", "軟件和信息，鼠標和硬盤。")]
    assert wrong(items, converted(tmp_path, items, "hant-tw")) == []


def test_vocabulary_when_asked_for_is_offered_and_not_made(tmp_path: Path) -> None:
    """The words that Taiwan says otherwise are asked about, each with the line that declares it."""
    toml = "[convert]\nregional-vocabulary = true\n" + BOTH
    found = of(checked(tmp_path / "asked", "# 书\n\n软件很好。\n", toml), "C-TWP")
    assert any("軟體" in line for query in found for line in query["settle"])
    items = pairs("软件很好。=軟件很好。 被颠覆的对象。=被顛覆的對象。")
    assert wrong(items, converted(tmp_path / "made", items, "hant-tw", toml)) == []


# --- what has no script -----------------------------------------------------------------


MIXED = """# 书

发送用`发送(“后面”)`，见[发面](https://example.org/发面?干=1)，版本12.5，公式$a_后 + b$，OpenAI说。

```python
print("头发")  # “后面”的干面
```

$$
x_{后} = 12.5
$$

<https://example.org/后面>里有３月和①。
"""


@pytest.mark.parametrize("edition", TRADITIONAL)
def test_code_urls_latin_and_digits_are_identical(tmp_path: Path, edition: str) -> None:
    make_book(tmp_path / "book", MIXED)
    one, other = ("".join(chapters(tmp_path, "book", name)) for name in ("hans", edition))
    for pattern in (r'href="([^"]*)"', r"<(code|pre|math|svg)\b[^>]*>(.*?)</\1>"):
        found = re.findall(pattern, one, re.DOTALL)
        assert len(found) > 1 and found == re.findall(pattern, other, re.DOTALL)
    texts = [re.sub(r"<(code|pre|math|svg)\b.*?</\1>|<[^>]*>", "", text) for text in (one, other)]
    assert texts[0] != texts[1]
    signs = [re.findall(r"[\x21-\x7e３①]", text) for text in texts]
    assert signs[0] == signs[1] and "OpenAI" in "".join(signs[0])


def test_prose_keeps_its_length(tmp_path: Path) -> None:
    """Character for character: nothing is added and nothing is lost."""
    items = [*KNOWN, *PHRASES]
    for edition in TRADITIONAL:
        got = converted(tmp_path, items, edition)
        assert [(one, text) for (one, _), text in zip(items, got, strict=True)
                if len(one) != len(text)] == []  # fmt: skip


# --- quotation marks and other marks by region ------------------------------------------


QUOTED = pairs(
    """他说：“好。”=他說：「好。」 “他问：‘走吗？’”=「他問：『走嗎？』」
    “甲：‘乙：“丙。”’”=「甲：『乙：「丙。」』」 他**说：“好**。”=他說：「好。」
    “头一段。=「頭一段。 “第二段。”=「第二段。」 ‘单引号’=『單引號』"""
)


@pytest.mark.parametrize("edition", TRADITIONAL)
def test_quotation_marks_by_depth(tmp_path: Path, edition: str) -> None:
    """Through emphasis, over paragraphs, three deep."""
    got = converted(tmp_path, QUOTED, edition)
    assert wrong(QUOTED[:-1], got[:-1]) == []
    assert got[-1] in ("『單引號』", "「單引號」")
    assert converted(tmp_path, QUOTED[:3], "hans") == [one for one, _ in QUOTED[:3]]


@pytest.mark.parametrize("edition", TRADITIONAL)
def test_apostrophes_inches_and_straight_marks_are_left(tmp_path: Path, edition: str) -> None:
    text = "# 书\n\nIt’s Plato’s, 人高5’10”，屏幕27”，’90s，\"直的\"和'单的'。"
    make_book(tmp_path / "book", f"{text}\n\n他说：“It’s fine，5’10”。”\n")
    one, other = paragraphs(tmp_path, "book", edition)
    assert re.findall("[“”‘’\"'「」『』]", one) == list("’’’””’\"\"''")
    assert re.sub("[説說]", "说", other) == "他说：「It’s fine，5’10”。」"


@pytest.mark.parametrize("edition", TRADITIONAL)
def test_titles_of_books_and_points_in_names(tmp_path: Path, edition: str) -> None:
    make_book(tmp_path / "book", "# 书\n\n卡尔·马克思写了《资本论（上）》——很长……\n")
    (text,) = paragraphs(tmp_path, "book", edition)
    assert re.fullmatch(r"卡爾[·‧・]馬克思寫了《資本論（上）》——很長……", text), text


# --- from traditional to simplified -----------------------------------------------------


BACK = pairs(
    """他說：「好，『走』吧。」=他说：“好，‘走’吧。” 看著他的著作=看着他的著作
    乾杯，乾隆年間=干杯，乾隆年间 瞭望臺上瞭解情況=瞭望台上了解情况 頭髮發白=头发发白
    皇后在後面=皇后在后面 裡面和鄰里=里面和邻里 製造制度=制造制度 隻身只好=只身只好
    麵條表面=面条表面 徵求長征=征求长征"""
)


def test_traditional_to_simplified(tmp_path: Path) -> None:
    make_book(tmp_path / "book", in_order(BACK), '[book]\nlanguage = "zh-Hant-TW"\n')
    assert paragraphs(tmp_path, "book", "hans") == [other for _, other in BACK]
    assert paragraphs(tmp_path, "book", "hant-tw") == [one for one, _ in BACK]


def test_a_traditional_book_is_known_by_itself(tmp_path: Path) -> None:
    make_book(tmp_path / "book", in_order(BACK))
    assert paragraphs(tmp_path, "book", "hans")[0] == BACK[0][1]


@pytest.mark.slow
def test_settled_risks_stay_silent(tmp_path: Path) -> None:
    """Each query about the conversion is silenced by each of its lines."""
    text = "# 书\n\n于东来是村里的木匠。\n"
    queries: list[dict[str, Any]] = of(checked(tmp_path / "asked", text, BOTH), "C-")
    assert queries
    for number, line in enumerate(line for query in queries for line in query["settle"]):
        ((section, keys),) = settled(line).items()
        toml = f"[{section}]\n" + "".join(f"{key} = {inline(keys[key])}\n" for key in keys)
        after = of(checked(tmp_path / str(number), text, toml + BOTH), "C-")
        assert len(after) < len(queries), line
