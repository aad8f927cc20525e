"""Names in the sample: its people, companies and projects; all of them are invented."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from services.contracts.divisions import below, level_of, name_of
from services.contracts.matters import CatalogueMatter
from services.contracts.vocabulary import Level
from services.intake.codes import check_character
from services.intake.matters import reference_matters

#: Whole-process time is a yardstick that nobody applies for, and one forwarding has no department in a banner.
NOT_APPLIED_FOR: Final = frozenset({"NM-039", "NM-017"})


def matters_of(level: Level) -> dict[str, CatalogueMatter]:
    """What is applied for at an authority of that level, with the departments there."""
    return {one.code: one for one in reference_matters(level) if one.code not in NOT_APPLIED_FOR}


MATTERS: Final = matters_of(Level.BANNER)

_SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN: Final = (
    *("志远", "海霞", "玉梅", "国栋", "晓峰", "丽娟", "建军", "文静", "永强", "秀兰", "凤英", "立新", "雪梅", "振华"),
    *("春燕", "德胜", "淑珍", "景云", "长青", "红霞", "瑞芳", "占山", "云飞", "素琴", "宝音", "乌兰", "浩然", "佳怡"),
    *("明远", "清华", "广才", "桂芝", "学文", "思源", "彩虹", "卫东", "金龙", "亚楠", "继业", "雅琴"),
)
_TOWNS: Final[Mapping[str, tuple[str, ...]]] = {
    "150424": ("林西镇", "新城子镇", "新林镇", "五十家子镇", "官地镇", "大井镇", "统部镇", "大营子乡", "十二吐乡"),
}
#: Parts of towns as there are everywhere, where nobody has written down the real ones.
_ANYWHERE: Final = ("城关镇", "城东街道", "城西街道", "工业园区", "物流园区")
_FIRST: Final = "禾岱瀚晟沐昊朔睿泓茂恒翊皓景宸衡昱霖峻澄"
_SECOND: Final = "原丰川泽源岭拓麓野澜安达图成越驰正启和润"
#: What is built, its industry (second part of the project code), who builds it, from and to millions of yuan.
_KINDS: Final = (
    ("{town}{n}万千瓦风力发电项目", "44", "新能源", 300, 3000),
    ("{town}{n}兆瓦集中式光伏发电项目", "44", "新能源", 80, 900),
    ("{town}农林生物质热电联产项目", "44", "能源科技", 150, 500),
    ("{town}高标准农田建设及节水灌溉项目", "01", "农业发展", 20, 90),
    ("{town}肉牛标准化养殖基地建设项目", "03", "牧业", 15, 120),
    ("{town}绿色蔬菜冷链仓储物流中心项目", "59", "供应链", 25, 160),
    ("{town}污水处理厂提标改造工程", "46", "环保工程", 18, 80),
    ("{town}供热管网更新改造工程", "44", "热力", 12, 110),
    ("{town}铅锌矿尾矿综合利用项目", "42", "矿业科技", 60, 400),
    ("{town}装配式建筑构件生产线项目", "30", "建筑科技", 30, 200),
    ("{town}老旧小区综合整治二期工程", "48", "城市建设", 20, 90),
    ("{town}县域医疗综合服务楼建设项目", "84", "置业", 50, 260),
    ("{town}产业园标准化厂房{n}号地块项目", "47", "园区运营", 40, 240),
    ("{town}农村公路改扩建工程", "54", "路桥", 22, 150),
    ("{town}草原生态修复与保护利用项目", "77", "生态建设", 10, 60),
)


@dataclass(frozen=True)
class Home:
    """The authority whose sample it is."""

    code: str
    name: str
    #: Places in it that projects are named after.
    towns: tuple[str, ...]
    matters: Mapping[str, CatalogueMatter]


def home_of(code: str) -> Home:
    """An authority by its code. A city's projects are named after its banners, the region's after its cities."""
    named = _TOWNS.get(code) or tuple(one.name for one in below(code)) or _ANYWHERE
    name = name_of(code).removesuffix("自治区")
    return Home(code, name if name != code else "", named, matters_of(level_of(code)))


def handlers_of(chance: Random, home: Home) -> Mapping[str, list[str]]:
    """Each department with two to four named people, nobody in two of them."""
    departments = list(dict.fromkeys(matter.department for matter in home.matters.values()))
    people = [surname + given for surname in _SURNAMES for given in _GIVEN]
    chance.shuffle(people)
    return {department: [people.pop() for _ in range(chance.randint(2, 4))] for department in departments}


def a_person(chance: Random) -> str:
    """Somebody outside the departments."""
    return chance.choice(_SURNAMES) + chance.choice(_GIVEN)


def projects_of(chance: Random, home: Home, count: int) -> list[dict[str, Any]]:
    """Projects as `POST /v1/projects` takes them, with codes of the newer form and valid credit codes."""
    projects: list[dict[str, Any]] = []
    companies: set[str] = set()
    names: set[str] = set()
    while len(projects) < count:
        n = len(projects)
        pattern, industry, trade, least, most = _KINDS[n % len(_KINDS)]
        name = home.name + pattern.format(
            town=chance.choice(home.towns), n=chance.choice((2, 5, 8, 10, 15, 20, 30, 50))
        )
        company = f"{home.name}{chance.choice(_FIRST)}{chance.choice(_SECOND)}{trade}有限公司"
        if name in names or company in companies:
            continue
        names.add(name)
        companies.add(company)
        begun = chance.choice((2410, 2411, 2412, 2501, 2502, 2503))
        projects.append(
            {
                "project_code": f"{begun}-{home.code}-{industry}-01-{chance.randrange(100_000, 1_000_000)}",
                "project_name": name,
                "owner_name": company,
                "credit_code": credit_code(chance, home.code),
                "investment_yuan": chance.randrange(least, most) * 1_000_000,
            }
        )
    return projects


def credit_code(chance: Random, place: str) -> str:
    """A unified social credit code of a company in this place, with the right check character (GB 32100-2015)."""
    body = f"91{place}MA" + "".join(chance.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(7))
    return body + check_character(body)
