/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/line.h"

#include <string.h>

#include "client/import/facts.h"

/* Cuts what stands behind a title's last word: （草案）, 篇2, 【篇1】, 范文, a lone number; returns the bytes left. */
static size_t title_bytes(const char *s)
{
    static const char *const tails[] = {"◆",    "范文", "范本", "模板", "精选", "草稿", "讨论稿", "征求意见稿", "例文",
                                        "样文", "样本", "示例", "案例", "参考", "通用", "最新",   "合集",       "集锦",
                                        "优秀", "\"",   "一",   "二",   "三",   "四",   "五",     "六",         "七",
                                        "八",   "九",   "十",   "篇",   "第",   NULL};
    size_t n = strlen(s);
    for (;;) {
        size_t before = n;
        while (n && (s[n - 1] == ' ' || s[n - 1] == ':' || (s[n - 1] >= '0' && s[n - 1] <= '9')))
            n--;
        if (n && (s[n - 1] == ')' || s[n - 1] == ']')) {
            size_t open = n;
            while (open > 0 && s[open] != '(' && s[open] != '[')
                open--;
            n = open ? open : n;
        }
        for (size_t i = 0; tails[i]; i++) {
            size_t m = strlen(tails[i]);
            if (n > m && memcmp(s + n - m, tails[i], m) == 0)
                n -= m;
        }
        if (n == before)
            return n;
    }
}

static bool is_title(const char *s)
{
    static const char picture[] = "◆"; /* 🌸2026年工会活动安排🌸 */
    size_t skip = text_skip_space(s, text_begins(s, picture));
    if (skip && (text_ends(s, picture) || (s[skip] >= '0' && s[skip] <= '9')))
        s += skip;
    static const char *const ends[] = {"计划",     "计划表",   "工作要点", "要点",     "规划",     "计划书",   "行事历",
                                       "安排表",   "配档表",   "一览表",   "活动一览", "工作一览", "日程表",   "活动安排",
                                       "工作安排", "活动方案", "工作方案", "实施方案", "进度表",   "工作打算", "工作预算",
                                       "经费预算", "推进表",   "任务表",   "工作思路", "月历",     "工作设想", "工作意见",
                                       "安排意见", "活动日历", "工作日历", "活动清单", "工作清单", "任务清单", "台账",
                                       "校历",     "行事表",   "活动表",   "活动日程", "工作日程", "会议安排", NULL};
    static const char *const abouts[] = {"工会", "学校",   "小学", "中学", "学年", "学期", "年度", "年",       "团委",
                                         "女工", "女职工", "妇委", "经审", "园",   "教研", "学院", "工作计划", NULL};
    static const char *const headings[] = {"主要", "具体", "活动安排", "工作安排", "各月", "每月", "月",   "逐月", "制定", "制订",
                                           "拟",   "上报", "讨论",     "提交",     "全年", "本年", "本学", "下一", "附",   NULL};
    static const char *const sentence[] = {"。", ",", ";", "!", "?", NULL};
    static const char *const writes[] = {"制定", "制订", "拟定", "起草", "撰写",
                                         "编制", "讨论", "完成", "落实", NULL}; /* an item: 认真制定工作计划 */
    static const char *const others[] = {"值班", "值日", "放假", "监考", "作息", "课程", "收支", NULL}; /* 国庆值班安排表 */
    size_t n = text_length(s);
    struct label label;
    char copy[256];
    if (text_begins(s, "篇") && text_has(s, "计划"))
        return n <= 60;
    if (text_begins(s, "第") && text_has(s, "篇:") && text_has(s, "计划"))
        return n <= 60;
    if (n < 4 || n > 45 || text_has_any(s, sentence) || strchr(s, ':'))
        return false;
    if (label_parse(s, 0, &label) && label.style != LABEL_CHAPTER && label.end < strlen(s))
        return false;
    size_t bytes = title_bytes(s);
    if (bytes >= sizeof copy)
        return false;
    memcpy(copy, s, bytes);
    copy[bytes] = '\0';
    bool ended = text_ends_any(copy, ends) || (text_ends(copy, "预算表") && text_has(copy, "计划")); /* 活动计划及经费预算表 */
    return ended && !text_has_any(copy, others) && !text_begins_any(copy, headings) && !text_has_any(copy, writes) &&
           text_has_any(copy, abouts);
}

bool line_is_title(const char *s)
{
    if (is_title(s))
        return true;
    /* 工 会 工 作 计 划: set wide */
    char plain[256];
    size_t n = 0, spaces = 0, bytes = strlen(s);
    if (bytes >= sizeof plain)
        return false;
    for (size_t i = 0; i < bytes; i++) {
        spaces += s[i] == ' ';
        if (s[i] != ' ')
            plain[n++] = s[i];
    }
    plain[n] = '\0';
    return spaces >= 3 && spaces + 1 >= text_length(plain) / 2 && is_title(plain);
}

bool line_is_schedule_heading(const char *s)
{
    static const char *const words[] = {"安排",     "进度",     "日程",     "行事历",   "配档", "时间表", "工作预算", "经费预算",
                                        "推进表",   "逐月",     "分月",     "月份",     "各月", "每月",   "一览",     "月度",
                                        "主要活动", "具体活动", "活动计划", "时间节点", "大事", NULL};
    return text_length(s) <= 30 && text_has_any(s, words);
}

bool line_opens_plan(const char *s)
{
    static const char *const words[] = {"指导思想", "总体思路", "总体要求", "总的要求", "工作思路", "基本思路",
                                        "工作目标", "主要目标", "总体目标", "基本情况", "背景",     "现状",
                                        "形势",     "目标",     "思路",     "主要工作", "工作重点", NULL};
    return text_length(s) <= 20 && text_has_any(s, words);
}

bool line_closes_plan(const char *s)
{
    static const char *const words[] = {"总之",     "综上",   "以上计划", "以上工作", "以上是", "以上安排", "以上活动", "以上各项",
                                        "以上内容", "本计划", "新的一年", "新的学期", "新学期", "新的学年", "我们相信", "相信",
                                        "我们将",   "让我们", "展望",     "希望",     "望各",   "请各",     "特此",     "未尽事宜",
                                        "此计划",   "在新的", "在今后",   "今后",     "面对",   "回顾",     "如有变动", "具体时间",
                                        "视具体",   "视情况", "上述",     NULL};
    return text_begins_any(s, words) != 0;
}

static bool is_note(const char *s)
{
    static const char *const words[] = {"注:",   "备注:",    "备注", "说明:",    "附:",      "附注",     "附件",
                                        "注意:", "温馨提示", "※",    "特别说明", "几点说明", "注意事项", "(注",
                                        "(备注", "注1",      "*注",  "填表说明", NULL};
    size_t skip = s[0] == '*' ? 1 : 0;
    return text_begins_any(s, words) != 0 || (skip && text_begins_any(s + skip, words));
}

bool line_is_total(const char *s)
{
    static const char *const words[] = {"合计",   "总计",     "共计:",    "小计",    "经费合计", "预算合计",
                                        "总预算", "预算总计", "经费总计", "累计",    "合 计",    "总 计",
                                        "小 计",  "总费用:",  "总经费:",  "总支出:", "总金额:",  NULL};
    static const char *const abouts[] = {"本学年", "本学期", "本年度", "全学年", "全学期", "全年度", "全年", "学年", "学期", "年度",
                                         "以上",   "上述",   "各项",   "活动",   "工会",   "工作",   "预算", "经费", "费用", "支出",
                                         "开支",   "所需",   "资金",   "金额",   "预计",   "计划",   "总",   NULL};
    size_t at = 0, n = 0; /* 全年预算合计：69900元 */
    if (text_length(s) > 40)
        return false;
    do {
        at += n;
        if (text_begins_any(s + at, words))
            return at == 0 || text_has(s + at, "元") || text_has(s + at, ":");
    } while ((n = text_begins_any(s + at, abouts)) != 0);
    return false;
}

bool line_is_meta(const char *s)
{
    static const char *const words[] = {
        "参加人员",  "参加对象",  "参与人员",  "参与对象",  "参加人数",  "参与人数",  "预计人数",  "预计参加",  "参会人员",
        "活动对象",  "对象:",     "参加:",     "参与:",     "人数:",     "经费预算",  "活动经费",  "所需经费",  "经费:",
        "预算:",     "预算约",    "费用:",     "费用预算",  "负责人",    "责任人",    "负责部门",  "责任部门",  "责任单位",
        "负责:",     "主办",      "承办",      "协办",      "牵头",      "配合部门",  "地点:",     "活动地点",  "活动形式",
        "形式:",     "活动时间",  "时间:",     "组织部门",  "组织者",    "主要负责",  "人员:",     "具体分组:", "分组:",
        "赛制:",     "规则:",     "比赛规则:", "比赛办法:", "比赛时间:", "比赛地点:", "奖励办法:", "奖项设置:", "活动要求:",
        "活动目的:", "报名时间:", "约需经费",  "需经费",    "预计经费",  "预计支出",  "预计费用",  NULL};
    static const char *const facts[] = {"预计", "约", "共", "预算", "经费", "全体", "计划", NULL};
    static const char *const units[] = {"人", "元", "名", NULL};
    size_t n = strlen(s), at = s[0] == '(' ? 1 : 0;
    if (text_length(s) <= 60 && (text_begins_any(s + at, words) || facts_names_owner(s + at)))
        return true;
    /* （预计30人参加） */
    return at && s[n - 1] == ')' && strchr(s, ')') == s + n - 1 && text_length(s) <= 30 && strpbrk(s, "0123456789") &&
           text_begins_any(s + at, facts) && text_has_any(s, units);
}

/* A date that stands alone: 2024年9月, XX年2月, 二〇二四年九月一日, 2024.9.1. Its when is returned. */
static bool is_dated(const char *s, const struct header *header)
{
    return header->strength == HEADER_STRONG && header->when.year != 0 && header->rest >= strlen(s) && header->mark == 0 &&
           (header->when.kind == WHEN_MONTH || header->when.kind == WHEN_DATE) &&
           (header->when.count == 1 || header->when.count >= 5);
}

bool line_is_signature_date(const struct line *line)
{
    return is_dated(line->text.s, &line->header);
}

bool line_is_closing(const char *s)
{
    static const char *const keys[] = {"工会主席", "制定",     "编制", "拟稿", "撰稿", "审核",     "审批", "制表",
                                       "填表",     "填报",     "复核", "抄送", "抄报", "主送",     "报送", "主题词",
                                       "联系电话", "咨询电话", "电话", "传真", "邮箱", "电子邮箱", NULL};
    static const char *const whose[] = {"人", "者", "单位", "日期", NULL};
    static const char *const reach[] = {"电话", "手机", "邮箱", NULL};
    size_t n = text_begins_any(s, keys);
    if (!n)
        return text_begins(s, "联系人:") && text_has_any(s, reach);
    size_t who = text_begins_any(s + n, whose);
    return s[n + who] == ':' || (who && s[n + who] == ' '); /* 审核工会账目 is an item */
}

bool line_is_signature_name(const char *s)
{
    static const char *const ends[] = {"工会",       "小学",   "中学",         "学校",     "委员会",   "女工委",
                                       "工会小组",   "幼儿园", "校工会",       "学院",     "中心校",   "完小",
                                       "经审会",     "团委",   "女职工委员会", "进修学校", "职教中心", "工会办",
                                       "工会办公室", "大队部", "少工委",       "妇委会",   NULL};
    if (line_is_closing(s) || (text_ends(s, "印发") && text_length(s) <= 40))
        return true;
    static const char *const verbs[] = {"评选", "表彰", "调整", "召开", "慰问", "组织", "开展", "成立", "健全", "完善",
                                        "建立", "改选", "走访", "参观", "配合", "协助", "评比", "选举", "表扬", "验收",
                                        "欢迎", "建设", "推荐", "补选", "换届", "联系", "加强", NULL}; /* 评选先进工会小组 */
    struct label label;
    size_t digits = strspn(s, "0123456789"); /* 2评选先进工会小组 */
    if (!text_ends_any(s, ends) || text_begins_any(s + digits, verbs))
        return false;
    size_t n = text_length(s);
    return n >= 2 && n <= 24 && !strchr(s, ',') && !text_has(s, "、") && !strchr(s, ':') && !label_parse(s, 0, &label);
}

bool line_is_signature_pair(const struct line *line)
{
    const char *s = line->text.s, *gap = strchr(s, ' ');
    char name[96];
    if (!gap || line->row || (size_t)(gap - s) >= sizeof name)
        return false;
    memcpy(name, s, (size_t)(gap - s));
    name[gap - s] = '\0';
    struct header date;
    const char *rest = s + text_skip_space(s, (size_t)(gap - s));
    return line_is_signature_name(name) && header_parse(rest, 0, &date) && is_dated(rest, &date);
}

/* 2月 制定工会工作计划 is an item, however it ends. */
static bool begins_with_month(const struct line *line)
{
    const struct header *h = &line->header;
    bool month = h->when.kind == WHEN_MONTH || h->when.kind == WHEN_DATE;
    return h->strength != HEADER_NONE && month && h->when.count > 0 && h->when.year == 0 && h->rest < line->text.n;
}

void line_make_cell(struct line *line)
{
    line->cell = true;
    line->header.strength = HEADER_NONE;
}

/* 2024年: over the months of that year. */
static bool is_year_alone(const char *s)
{
    int year, second;
    size_t n = when_parse_year(s, &year, &second);
    return n && year > 0 && !second && text_ends(s, "年") && s[n] == '\0';
}

/* - 责任部门：女工委, behind a bullet or a number. */
static bool tells_fact(const char *s)
{
    static const char *const contents[] = {"内容", "活动内容", "主题", "形式", "目标", "措施", "报告", NULL};
    return facts_begins_key(s) && !text_begins_any(s, contents);
}

const struct when *line_when(const struct line *line)
{
    if (line->kind == LINE_ROW)
        return line->row->when_known ? &line->row->when : NULL;
    return line->kind == LINE_HEADER || line->heads ? &line->header.when : NULL;
}

bool line_is_column_title(const char *s)
{
    static const char *const titles[] = {"责任人",   "负责人",   "责任部门", "负责部门", "责任单位", "牵头部门", "内容",
                                         "活动内容", "工作内容", "主要工作", "主要内容", "备注",     "地点",     NULL};
    for (size_t i = 0; titles[i]; i++)
        if (strcmp(s, titles[i]) == 0)
            return true;
    return false;
}

void line_scan(struct line *line)
{
    const char *s = line->text.s;
    label_parse(s, 0, &line->label);
    if (header_parse(s, 0, &line->header) && line->header.mark == ' ' && line_is_column_title(s + line->header.rest)) {
        line->header.rest = line->text.n; /* 3月　　责任人 above a list in two columns */
        line->header.strength = HEADER_STRONG;
    }
    if (line->row) {
        line->kind = LINE_ROW;
    } else if (is_year_alone(s)) {
        line->kind = LINE_HEADING;
    } else if (line_is_chrome(s)) {
        line->kind = LINE_CHROME;
    } else if (line_is_total(s)) {
        line->kind = LINE_TOTAL;
    } else if (is_note(s)) {
        line->kind = LINE_NOTE;
    } else if (line_is_title(s) && !begins_with_month(line)) {
        line->kind = LINE_TITLE;
    } else if (line_is_meta(s) || (line->label.style != LABEL_NONE && tells_fact(s + line->label.end))) {
        line->kind = LINE_META;
    } else {
        line->kind = LINE_TEXT;
    }
    if (!line->row && strstr(line->text.raw, LINE_CELLS)) {
        line_make_cell(line);
        if (line->kind == LINE_TITLE || line->kind == LINE_META)
            line->kind = LINE_TEXT;
    }
}

struct line *lines_add(struct lines *lines, struct arena *arena, const char *raw, size_t bytes, uint32_t number)
{
    lines->items = arena_grow(arena, lines->items, lines->count, &lines->capacity, sizeof *lines->items);
    struct line *line = &lines->items[lines->count++];
    *line = (struct line){.text = text_fold(arena, raw, bytes), .number = number};
    return line;
}
