/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/owner_name.h"

#include <string.h>

#include "client/import/facts.h"

bool owner_next_name(const char *s, size_t *at, size_t *end)
{
    static const char *const marks[] = {"、", ",", ";", " ", "/", "和", "及", "与", NULL};
    size_t i = *at;
    while (s[i] && text_begins_any(s + i, marks))
        i += text_begins_any(s + i, marks);
    if (!s[i])
        return false;
    *at = i;
    while (s[i] && !text_begins_any(s + i, marks))
        i += text_char(s + i);
    *end = i;
    return true;
}

static const char surnames[] =
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范"
    "方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦"
    "申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单"
    "包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙"
    "计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺肖闫付代邝";

/* 王校长, 张华老师: a surname or a name, then a post. */
static bool name_is_titled(const char *name)
{
    static const char *const posts[] = {"副校长", "校长", "园长", "主席", "书记", "主任", "组长", NULL};
    char first[5] = {0};
    size_t n = text_char(name);
    memcpy(first, name, n);
    bool teacher = text_ends(name, "老师") && text_length(name) <= 5;
    size_t post = text_begins_any(name + n, posts);
    return strstr(surnames, first) && (teacher || (post && name[n + post] == '\0'));
}

bool owner_is_department(const char *s, size_t bytes)
{
    static const char *const ends[] = {
#define OWNER_ENDING(text) text,
#define OWNER_KEY(role, text)
#include "client/import/owner.def"
#undef OWNER_KEY
#undef OWNER_ENDING
        NULL};
    char name[96];
    if (bytes == 0 || bytes >= sizeof name || text_length(s) == 0)
        return false;
    memcpy(name, s, bytes);
    name[bytes] = '\0';
    if (name_is_titled(name))
        return false;
    static const char *const groups[] = {"男", "女子", "青年", "中年", "老年", "中老年", "甲", "乙", "第", NULL}; /* of a contest */
    bool group = text_ends(name, "组") && text_length(name) >= 3 && !text_begins_any(name, groups);
    if (text_ends(name, "分组")) /* 具体分组 */
        return false;
    return group || (text_length(name) >= 2 && text_ends_any(name, ends));
}

bool owner_is_person(const char *s, size_t bytes)
{
    if (text_begins(s, "全")) /* 全体, 全校 */
        return false;
    char first[5] = {0}, name[32];
    size_t n = text_char(s), count = 0;
    memcpy(first, s, n);
    if (bytes < sizeof name) {
        memcpy(name, s, bytes);
        name[bytes] = '\0';
        if (name_is_titled(name))
            return true;
    }
    for (size_t i = 0; i < bytes; i += text_char(s + i)) {
        if (!text_is_han(s + i))
            return false;
        count++;
    }
    return count >= 2 && count <= 3 && strstr(surnames, first) != NULL;
}

/* 女工委员王燕: a post and its name in one word. */
static bool name_is_post_and_person(const char *s, size_t bytes)
{
    for (size_t i = text_char(s); i < bytes && s[i] != ':'; i += text_char(s + i))
        if (owner_is_person(s + i, bytes - i) && owner_is_department(s, i))
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

bool facts_is_department(const char *s)
{
    return owner_all_names(s, owner_is_department);
}

bool facts_is_person(const char *s)
{
    return owner_all_names(s, owner_is_person) && !facts_is_department(s);
}

void facts_owner_cell(struct arena *arena, const struct text *text, const char **lead, const char **person)
{
    const char *all = text_cut(arena, text, 0, text->n);
    *(facts_is_person(text->s) ? person : lead) = all;
}
