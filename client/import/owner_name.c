/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/owner_name.h"

#include <string.h>
#include <wchar.h>

#include "client/import/facts.h"
#include "common/base/utf8.h"
#include "common/base/words.h"

#define NAME_BYTES 96 /* a longer name is none */

bool owner_next_name(const char *s, size_t *at, size_t *end)
{
    static const char *const marks[] = {"、", ",", ";", " ", "/", "+", "&", "和", "及", "与", NULL};
    size_t i = *at, n;
    while (s[i] && (n = text_begins_any(s + i, marks)) != 0)
        i += n;
    if (!s[i])
        return false;
    *at = i;
    while (s[i] && s[i] != ')' && s[i] != ']' && !text_begins_any(s + i, marks)) {
        const char *close = s[i] == '(' && i > *at ? strchr(s + i, ')') : NULL;
        i = close ? (size_t)(close - s) + 1 : i + text_char(s + i);
    }
    *end = i;
    return true;
}

static const wchar_t surnames[] =
    L"王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范"
    "方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦"
    "申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单"
    "包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙"
    "计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺肖闫付代邝尚阚佘"
    "仝亓逄綦裘麻戈亢荀濮雍郗厉帅闻晁皮訾麦扈郇揣隗宓邰鄂莘郦璩郏浦茹宦暨庾寇阙夔厍蒯逯桓呙昝钮鄞芮茅"
    "酆狄嵇邴蓬韶蓟缪骆禹贝湛诸惠巢";

static const char *const compound_texts[] = {
#define OWNER_SURNAME(text) text,
#include "client/import/owner.def"
};
static const uint8_t compound_marks[] = {
#define OWNER_SURNAME(text) WORDS_FIRST(text),
#include "client/import/owner.def"
};
static const struct words compounds = WORDS(compound_texts, compound_marks);

static const char *const not_name_texts[] = {
#define OWNER_NOT(text) text,
#include "client/import/owner.def"
};
static const uint8_t not_name_marks[] = {
#define OWNER_NOT(text) WORDS_FIRST(text),
#include "client/import/owner.def"
};
static const struct words not_names = WORDS(not_name_texts, not_name_marks);

static const char *const givens[] = {
#define OWNER_GIVEN(text) text,
#include "client/import/owner.def"
    NULL};

static const char *const post_texts[] = {
#define OWNER_POST(text) text,
#include "client/import/owner.def"
};
static const uint8_t post_marks[] = {
#define OWNER_POST(text) WORDS_LAST(text),
#include "client/import/owner.def"
};
static const struct words posts = WORDS(post_texts, post_marks);

static const char *const department_texts[] = {
#define OWNER_ENDING(text) text,
#include "client/import/owner.def"
};
static const uint8_t department_marks[] = {
#define OWNER_ENDING(text) WORDS_LAST(text),
#include "client/import/owner.def"
};
static const struct words departments = WORDS(department_texts, department_marks);

static const char *const whole_texts[] = {
#define OWNER_WHOLE(text) text,
#include "client/import/owner.def"
};
static const uint8_t whole_marks[] = {
#define OWNER_WHOLE(text) WORDS_FIRST(text),
#include "client/import/owner.def"
};
static const struct words wholes = WORDS(whole_texts, whole_marks);

static const char *const place_texts[] = {
#define OWNER_PLACE(text) text,
#include "client/import/owner.def"
};
static const uint8_t place_marks[] = {
#define OWNER_PLACE(text) WORDS_LAST(text),
#include "client/import/owner.def"
};
static const struct words places = WORDS(place_texts, place_marks);

static const char *const front_texts[] = {
#define OWNER_FRONT(text) text,
#include "client/import/owner.def"
};
static const uint8_t front_marks[] = {
#define OWNER_FRONT(text) WORDS_FIRST(text),
#include "client/import/owner.def"
};
static const struct words fronts = WORDS(front_texts, front_marks);

/* Bytes of the surname s begins with, 0 when it begins with none. */
static size_t surname(const char *s)
{
    uint32_t first = 0;
    if (words_find_first(&compounds, s, 0) < compounds.count)
        return 2 * strlen("王");
    size_t n = text_is_han(s) ? utf8_next(s, text_char(s), &first) : 0;
    return n && wcschr(surnames, (wchar_t)first) ? n : 0;
}

static bool is_one_of(const char *name, const struct words *words)
{
    return words_find_whole(words, name, 0) < words->count;
}

static bool ends_in(const char *name, const struct words *words)
{
    return words_find_last(words, name, strlen(name), 0) < words->count;
}

/* Copies the name without a bracket behind it and without what names all of its people (组长们, 音乐组全体教师). */
static bool take_name(const char *s, size_t bytes, char name[NAME_BYTES])
{
    static const char *const tails[] = {"全体教师", "全体成员", "全体", "成员", "人员", "同志", "们", "等人", "等", NULL};
    const char *open = bytes && s[bytes - 1] == ')' ? memchr(s, '(', bytes) : NULL;
    size_t n = open && open > s ? (size_t)(open - s) : bytes;
    if (n == 0 || n >= NAME_BYTES)
        return false;
    memcpy(name, s, n);
    name[n] = '\0';
    for (size_t i = 0; text_ends_any(name, tails) && tails[i]; i++)
        if (text_ends(name, tails[i]) && n > strlen(tails[i]) + strlen("组") && !ends_in(name, &posts)) {
            name[n - strlen(tails[i])] = '\0';
            break;
        }
    return !strpbrk(name, ":(");
}

/* 王校长, 张华老师, 司马主任: a surname or a name, then a post. */
static bool name_is_titled(const char *name)
{
    static const char *const titles[] = {"副校长", "校长", "副园长", "园长", "副主席", "主席", "副书记", "书记",
                                         "副主任", "主任", "组长",   "科长", "处长",   "部长", "会长",   "院长",
                                         "干事",   "会计", "医生",   "师傅", "老师",   "教练", NULL};
    static const char *const parts[] = {"办", "部", "处", "室", "科", "组", "委", "会", "务", "队", "体", "系", "政", "支", NULL};
    size_t n = surname(name), rest = n;
    for (size_t given = 0; n && given <= 2 && name[rest]; given++, rest += text_char(name + rest)) {
        size_t title = text_begins_any(name + rest, titles);
        if (!title || name[rest + title])
            continue;
        char first[NAME_BYTES];
        memcpy(first, name, rest);
        first[rest] = '\0';
        return !text_ends_any(first, parts) && !is_one_of(first, &not_names);
    }
    return false;
}

/* ×××, 王某, 李××: a name that was blanked. */
static bool name_is_masked(const char *name)
{
    static const char *const masks[] = {"×", "某", "X", "x", "*", "○", NULL};
    size_t known = surname(name), n = 0;
    for (size_t at = known; name[at]; at += text_char(name + at), n++)
        if (!text_begins_any(name + at, masks) || n > (known ? 1 : 2))
            return false;
    return n >= (known ? 1 : 2);
}

bool owner_is_department(const char *s, size_t bytes)
{
    static const char *const groups[] = {"青年", "中年", "老年", "中老年", "甲",   "乙",   "第",     "初一",
                                         "初二", "初三", "高一", "高二",   "高三", "成人", "粉笔字", NULL}; /* of a contest */
    char name[NAME_BYTES];
    if (bytes && !text_is_han(s)) /* 3个处室 */
        return false;
    if (!take_name(s, bytes, name) || name_is_titled(name) || is_one_of(name, &not_names) ||
        words_find_first(&fronts, name, 0) < fronts.count || ends_in(name, &places) || text_ends(name, "分组") ||
        text_has(name, "由"))
        return false;
    static const char *const bodies[] = {"学校", "校工会", "工会", "校", "园", NULL};
    const char *own = name + text_begins_any(name, bodies);
    if (is_one_of(own, &wholes))
        return true;
    bool group = text_ends(name, "组") && text_length(name) >= 3 && !text_begins_any(name, groups);
    return group || (text_length(name) >= 2 && (ends_in(name, &departments) || ends_in(name, &posts)));
}

bool owner_is_post(const char *s, size_t bytes)
{
    char name[NAME_BYTES];
    return take_name(s, bytes, name) && ends_in(name, &posts);
}

/* 努尔古丽, 阿迪力·买买提, 才让多杰: no surname tells them, but their parts do. */
static bool name_is_given(const char *name)
{
    size_t n = text_length(name);
    const char *dot = strstr(name, "·");
    if (dot)
        return dot > name && text_is_han(dot + strlen("·")) && text_is_han(name) && n <= 12;
    return n >= 2 && n <= 7 && text_has_any(name, givens);
}

bool owner_is_person(const char *s, size_t bytes)
{
    static const char *const never[] = {"类", "课", "赛", "馆", "厅", "楼", "票", "室", "部", "处", "组",
                                        "级", "班", "队", "校", "州", "县", "区", "式", "奖", NULL};
    char name[NAME_BYTES];
    if (!take_name(s, bytes, name) || text_begins(name, "全") || is_one_of(name, &not_names)) /* 全体, 全校 */
        return false;
    if (name_is_titled(name) || name_is_masked(name))
        return true;
    size_t count = text_length(name), first = surname(name);
    for (size_t i = 0; name[i]; i += text_char(name + i))
        if (!text_is_han(name + i) && !text_begins(name + i, "·"))
            return false;
    bool compound = first > strlen("王");
    if (name_is_given(name))
        return !text_ends_any(name, never);
    return first && count >= (compound ? 3 : 2) && count <= (compound ? 4 : 3) && !text_ends_any(name, never);
}

/* 后勤主任老谷: what a post's own people call him. */
static bool is_familiar(const char *s, size_t bytes)
{
    size_t n = text_begins(s, "老") + text_begins(s, "小");
    return n && n < bytes && surname(s + n) + n == bytes;
}

/* 女工委员王燕: a post and its name in one word. */
static bool name_is_post_and_person(const char *s, size_t bytes)
{
    for (size_t i = text_char(s); i < bytes && s[i] != ':'; i += text_char(s + i))
        if ((owner_is_person(s + i, bytes - i) || is_familiar(s + i, bytes - i)) && owner_is_department(s, i))
            return true;
    return false;
}

bool owner_names_person(const char *s, size_t bytes)
{
    return owner_is_person(s, bytes) || name_is_post_and_person(s, bytes);
}

bool owner_is_any(const char *s, size_t bytes)
{
    return owner_is_department(s, bytes) || owner_names_person(s, bytes);
}

bool owner_all_names(const char *s, bool (*is)(const char *, size_t))
{
    size_t at = 0, end = 0, n = 0;
    for (; owner_next_name(s, &at, &end); at = end, n++)
        if (!is(s + at, end - at))
            return false;
    return n > 0;
}

bool owner_span(const char *s, size_t from, size_t to, bool (*is)(const char *, size_t))
{
    char part[OWNER_NAMES_BYTES];
    if (to <= from || to - from >= sizeof part)
        return false;
    memcpy(part, s + from, to - from);
    part[to - from] = '\0';
    if (text_begins_any(part, (const char *const[]){"与", "及", NULL})) /* 与团委… is with whom */
        return false;
    return text_length(part) <= 28 && owner_all_names(part, is);
}

bool facts_is_department(const char *s)
{
    return owner_all_names(s, owner_is_department);
}

bool facts_is_person(const char *s)
{
    return owner_all_names(s, owner_is_person) && !facts_is_department(s);
}
