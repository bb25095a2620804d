/* core/aid/person_name.c - see person_name.h.
 *
 * The list of variants is this project's own: traditional and simplified forms, forms of one surname that offices mix up (肖 萧, 闫 阎, 付 傅), and characters that the
 * first list of variants (1955) took for one. Unifying is for comparing only: what is stored, shown and printed stays as the person writes it. */
#include "core/aid/person_name.h"

#include <string.h>
#include <uchar.h>

#include "core/aid/person.h"
#include "core/base/utf8.h"
#include "core/record/pinyin.h"
#include "core/record/row.h"
#include "core/record/schema.h"

enum { CHARS_MAX = NAME_KEY_MAX_BYTES / UTF8_MAX_BYTES, ALTERNATIVES_MAX = 6, DOTTED_FROM_CHARS = 4, MIDDLE_DOT = 0xB7, CJK_BEGIN = 0x2E80 };

struct variant {
    char32_t from, to;
};

/* Ascending by `from`; no `to` is itself a `from`. */
static const struct variant variants[] = {
    {U'並', U'并'}, {U'付', U'傅'}, {U'仝', U'同'}, {U'佈', U'布'}, {U'佔', U'占'}, {U'併', U'并'}, {U'來', U'来'}, {U'係', U'系'}, {U'俠', U'侠'},
    {U'倉', U'仓'}, {U'個', U'个'}, {U'倫', U'伦'}, {U'偉', U'伟'}, {U'側', U'侧'}, {U'傑', U'杰'}, {U'備', U'备'}, {U'傳', U'传'}, {U'債', U'债'},
    {U'傾', U'倾'}, {U'僑', U'侨'}, {U'儀', U'仪'}, {U'億', U'亿'}, {U'優', U'优'}, {U'儲', U'储'}, {U'兒', U'儿'}, {U'內', U'内'}, {U'兩', U'两'},
    {U'冊', U'册'}, {U'凃', U'涂'}, {U'凈', U'净'}, {U'凱', U'凯'}, {U'劃', U'划'}, {U'劉', U'刘'}, {U'劍', U'剑'}, {U'劒', U'剑'}, {U'動', U'动'},
    {U'務', U'务'}, {U'勛', U'勋'}, {U'勝', U'胜'}, {U'勞', U'劳'}, {U'勢', U'势'}, {U'勳', U'勋'}, {U'勵', U'励'}, {U'勻', U'匀'}, {U'區', U'区'},
    {U'卋', U'世'}, {U'協', U'协'}, {U'卻', U'却'}, {U'厲', U'厉'}, {U'參', U'参'}, {U'叡', U'睿'}, {U'吳', U'吴'}, {U'吶', U'呐'}, {U'呂', U'吕'},
    {U'咲', U'笑'}, {U'員', U'员'}, {U'問', U'问'}, {U'啓', U'启'}, {U'啟', U'启'}, {U'喆', U'哲'}, {U'喚', U'唤'}, {U'喦', U'岩'}, {U'喬', U'乔'},
    {U'單', U'单'}, {U'嘆', U'叹'}, {U'嘯', U'啸'}, {U'嚴', U'严'}, {U'國', U'国'}, {U'圍', U'围'}, {U'園', U'园'}, {U'圓', U'圆'}, {U'圖', U'图'},
    {U'團', U'团'}, {U'堃', U'坤'}, {U'場', U'场'}, {U'塊', U'块'}, {U'塗', U'涂'}, {U'塵', U'尘'}, {U'墊', U'垫'}, {U'壇', U'坛'}, {U'壘', U'垒'},
    {U'壯', U'壮'}, {U'壽', U'寿'}, {U'夠', U'够'}, {U'夢', U'梦'}, {U'夾', U'夹'}, {U'奮', U'奋'}, {U'妝', U'妆'}, {U'姍', U'姗'}, {U'姪', U'侄'},
    {U'婦', U'妇'}, {U'婭', U'娅'}, {U'媽', U'妈'}, {U'嫺', U'娴'}, {U'嫻', U'娴'}, {U'嬋', U'婵'}, {U'嬌', U'娇'}, {U'孃', U'娘'}, {U'孌', U'娈'},
    {U'孫', U'孙'}, {U'學', U'学'}, {U'實', U'实'}, {U'寧', U'宁'}, {U'審', U'审'}, {U'寬', U'宽'}, {U'寶', U'宝'}, {U'將', U'将'}, {U'專', U'专'},
    {U'對', U'对'}, {U'導', U'导'}, {U'屆', U'届'}, {U'層', U'层'}, {U'屬', U'属'}, {U'岀', U'出'}, {U'岡', U'冈'}, {U'峩', U'峨'}, {U'峯', U'峰'},
    {U'島', U'岛'}, {U'峽', U'峡'}, {U'嵐', U'岚'}, {U'嵒', U'岩'}, {U'嶸', U'嵘'}, {U'嶺', U'岭'}, {U'嶽', U'岳'}, {U'巋', U'岿'}, {U'巖', U'岩'},
    {U'巹', U'卺'}, {U'帥', U'帅'}, {U'師', U'师'}, {U'帶', U'带'}, {U'幣', U'币'}, {U'幫', U'帮'}, {U'幹', U'干'}, {U'庻', U'庶'}, {U'廈', U'厦'},
    {U'廣', U'广'}, {U'廬', U'庐'}, {U'張', U'张'}, {U'強', U'强'}, {U'彈', U'弹'}, {U'彊', U'强'}, {U'彌', U'弥'}, {U'彙', U'汇'}, {U'彥', U'彦'},
    {U'後', U'后'}, {U'從', U'从'}, {U'徳', U'德'}, {U'徵', U'征'}, {U'恵', U'惠'}, {U'惪', U'德'}, {U'愛', U'爱'}, {U'慶', U'庆'}, {U'憲', U'宪'},
    {U'應', U'应'}, {U'懷', U'怀'}, {U'戰', U'战'}, {U'戲', U'戏'}, {U'揚', U'扬'}, {U'擁', U'拥'}, {U'據', U'据'}, {U'攬', U'揽'}, {U'於', U'于'},
    {U'昇', U'升'}, {U'時', U'时'}, {U'晉', U'晋'}, {U'暉', U'晖'}, {U'暢', U'畅'}, {U'曉', U'晓'}, {U'會', U'会'}, {U'東', U'东'}, {U'條', U'条'},
    {U'楊', U'杨'}, {U'業', U'业'}, {U'極', U'极'}, {U'榦', U'干'}, {U'榮', U'荣'}, {U'構', U'构'}, {U'樂', U'乐'}, {U'標', U'标'}, {U'樹', U'树'},
    {U'橋', U'桥'}, {U'機', U'机'}, {U'檢', U'检'}, {U'櫻', U'樱'}, {U'權', U'权'}, {U'歐', U'欧'}, {U'歲', U'岁'}, {U'歸', U'归'}, {U'氣', U'气'},
    {U'決', U'决'}, {U'沖', U'冲'}, {U'況', U'况'}, {U'淨', U'净'}, {U'淩', U'凌'}, {U'淵', U'渊'}, {U'湧', U'涌'}, {U'湯', U'汤'}, {U'溫', U'温'},
    {U'滄', U'沧'}, {U'漢', U'汉'}, {U'潔', U'洁'}, {U'潤', U'润'}, {U'澤', U'泽'}, {U'濟', U'济'}, {U'濤', U'涛'}, {U'濱', U'滨'}, {U'瀟', U'潇'},
    {U'瀾', U'澜'}, {U'為', U'为'}, {U'無', U'无'}, {U'煇', U'辉'}, {U'煙', U'烟'}, {U'煥', U'焕'}, {U'熱', U'热'}, {U'燁', U'烨'}, {U'營', U'营'},
    {U'燦', U'灿'}, {U'燿', U'耀'}, {U'爍', U'烁'}, {U'爭', U'争'}, {U'爲', U'为'}, {U'爾', U'尔'}, {U'獎', U'奖'}, {U'獨', U'独'}, {U'獲', U'获'},
    {U'獻', U'献'}, {U'珎', U'珍'}, {U'現', U'现'}, {U'琍', U'璃'}, {U'琺', U'珐'}, {U'瑋', U'玮'}, {U'瑤', U'瑶'}, {U'瑩', U'莹'}, {U'瑪', U'玛'},
    {U'環', U'环'}, {U'璽', U'玺'}, {U'瓈', U'璃'}, {U'瓊', U'琼'}, {U'甌', U'瓯'}, {U'產', U'产'}, {U'甦', U'苏'}, {U'甯', U'宁'}, {U'畢', U'毕'},
    {U'畧', U'略'}, {U'畫', U'画'}, {U'當', U'当'}, {U'疊', U'叠'}, {U'療', U'疗'}, {U'發', U'发'}, {U'皚', U'皑'}, {U'監', U'监'}, {U'盤', U'盘'},
    {U'盧', U'卢'}, {U'眾', U'众'}, {U'禎', U'祯'}, {U'禪', U'禅'}, {U'禮', U'礼'}, {U'秊', U'年'}, {U'秌', U'秋'}, {U'稅', U'税'}, {U'穀', U'谷'},
    {U'積', U'积'}, {U'穎', U'颖'}, {U'穐', U'秋'}, {U'穩', U'稳'}, {U'竝', U'并'}, {U'竪', U'竖'}, {U'競', U'竞'}, {U'筆', U'笔'}, {U'節', U'节'},
    {U'範', U'范'}, {U'築', U'筑'}, {U'簡', U'简'}, {U'籃', U'篮'}, {U'粧', U'妆'}, {U'紀', U'纪'}, {U'約', U'约'}, {U'紅', U'红'}, {U'純', U'纯'},
    {U'紹', U'绍'}, {U'經', U'经'}, {U'綠', U'绿'}, {U'維', U'维'}, {U'綱', U'纲'}, {U'網', U'网'}, {U'綵', U'彩'}, {U'綿', U'绵'}, {U'緒', U'绪'},
    {U'緜', U'绵'}, {U'緣', U'缘'}, {U'緯', U'纬'}, {U'練', U'练'}, {U'縣', U'县'}, {U'績', U'绩'}, {U'織', U'织'}, {U'繡', U'绣'}, {U'繼', U'继'},
    {U'續', U'续'}, {U'羅', U'罗'}, {U'羣', U'群'}, {U'羨', U'羡'}, {U'義', U'义'}, {U'翶', U'翱'}, {U'翹', U'翘'}, {U'翺', U'翱'}, {U'聖', U'圣'},
    {U'聞', U'闻'}, {U'聯', U'联'}, {U'聰', U'聪'}, {U'聲', U'声'}, {U'聶', U'聂'}, {U'職', U'职'}, {U'肅', U'肃'}, {U'肖', U'萧'}, {U'脈', U'脉'},
    {U'脩', U'修'}, {U'腦', U'脑'}, {U'腳', U'脚'}, {U'膽', U'胆'}, {U'臨', U'临'}, {U'興', U'兴'}, {U'舉', U'举'}, {U'舊', U'旧'}, {U'艦', U'舰'},
    {U'艷', U'艳'}, {U'芲', U'花'}, {U'荊', U'荆'}, {U'莊', U'庄'}, {U'華', U'华'}, {U'萬', U'万'}, {U'葉', U'叶'}, {U'蒼', U'苍'}, {U'蓮', U'莲'},
    {U'蔣', U'蒋'}, {U'蕓', U'芸'}, {U'蕭', U'萧'}, {U'薌', U'芗'}, {U'藍', U'蓝'}, {U'藝', U'艺'}, {U'藥', U'药'}, {U'藺', U'蔺'}, {U'蘆', U'芦'},
    {U'蘇', U'苏'}, {U'蘊', U'蕴'}, {U'蘭', U'兰'}, {U'蘿', U'萝'}, {U'處', U'处'}, {U'號', U'号'}, {U'蟬', U'蝉'}, {U'蟲', U'虫'}, {U'衆', U'众'},
    {U'術', U'术'}, {U'衛', U'卫'}, {U'裏', U'里'}, {U'補', U'补'}, {U'裝', U'装'}, {U'裡', U'里'}, {U'製', U'制'}, {U'複', U'复'}, {U'親', U'亲'},
    {U'覺', U'觉'}, {U'觀', U'观'}, {U'計', U'计'}, {U'訓', U'训'}, {U'記', U'记'}, {U'訪', U'访'}, {U'設', U'设'}, {U'許', U'许'}, {U'評', U'评'},
    {U'詠', U'咏'}, {U'詩', U'诗'}, {U'話', U'话'}, {U'語', U'语'}, {U'誠', U'诚'}, {U'誼', U'谊'}, {U'諒', U'谅'}, {U'諸', U'诸'}, {U'諾', U'诺'},
    {U'謙', U'谦'}, {U'講', U'讲'}, {U'謝', U'谢'}, {U'證', U'证'}, {U'識', U'识'}, {U'譚', U'谭'}, {U'讓', U'让'}, {U'豎', U'竖'}, {U'豐', U'丰'},
    {U'豓', U'艳'}, {U'豔', U'艳'}, {U'貞', U'贞'}, {U'財', U'财'}, {U'貫', U'贯'}, {U'責', U'责'}, {U'貮', U'贰'}, {U'貴', U'贵'}, {U'買', U'买'},
    {U'費', U'费'}, {U'貿', U'贸'}, {U'賀', U'贺'}, {U'資', U'资'}, {U'賈', U'贾'}, {U'賢', U'贤'}, {U'賦', U'赋'}, {U'質', U'质'}, {U'賴', U'赖'},
    {U'購', U'购'}, {U'贇', U'赟'}, {U'贊', U'赞'}, {U'趙', U'赵'}, {U'車', U'车'}, {U'軍', U'军'}, {U'軒', U'轩'}, {U'載', U'载'}, {U'輔', U'辅'},
    {U'輕', U'轻'}, {U'輝', U'辉'}, {U'輪', U'轮'}, {U'轉', U'转'}, {U'辦', U'办'}, {U'農', U'农'}, {U'迴', U'回'}, {U'這', U'这'}, {U'連', U'连'},
    {U'進', U'进'}, {U'運', U'运'}, {U'過', U'过'}, {U'達', U'达'}, {U'違', U'违'}, {U'遞', U'递'}, {U'遠', U'远'}, {U'適', U'适'}, {U'選', U'选'},
    {U'遺', U'遗'}, {U'邁', U'迈'}, {U'還', U'还'}, {U'邊', U'边'}, {U'邐', U'逦'}, {U'邨', U'村'}, {U'邱', U'丘'}, {U'郞', U'郎'}, {U'郵', U'邮'},
    {U'鄉', U'乡'}, {U'鄒', U'邹'}, {U'鄔', U'邬'}, {U'鄕', U'乡'}, {U'鄧', U'邓'}, {U'鄭', U'郑'}, {U'鄰', U'邻'}, {U'醫', U'医'}, {U'釋', U'释'},
    {U'釗', U'钊'}, {U'針', U'针'}, {U'釧', U'钏'}, {U'鈞', U'钧'}, {U'鈴', U'铃'}, {U'鉄', U'铁'}, {U'鉅', U'巨'}, {U'銀', U'银'}, {U'銓', U'铨'},
    {U'銘', U'铭'}, {U'銳', U'锐'}, {U'鋒', U'锋'}, {U'鋭', U'锐'}, {U'鋼', U'钢'}, {U'錄', U'录'}, {U'錢', U'钱'}, {U'錦', U'锦'}, {U'録', U'录'},
    {U'鍵', U'键'}, {U'鍾', U'钟'}, {U'鎖', U'锁'}, {U'鎧', U'铠'}, {U'鎮', U'镇'}, {U'鏡', U'镜'}, {U'鏵', U'铧'}, {U'鐘', U'钟'}, {U'鐵', U'铁'},
    {U'鑑', U'鉴'}, {U'鑒', U'鉴'}, {U'钜', U'巨'}, {U'锺', U'钟'}, {U'長', U'长'}, {U'門', U'门'}, {U'閃', U'闪'}, {U'閆', U'阎'}, {U'開', U'开'},
    {U'閏', U'闰'}, {U'閒', U'闲'}, {U'間', U'间'}, {U'閔', U'闵'}, {U'閣', U'阁'}, {U'閩', U'闽'}, {U'閻', U'阎'}, {U'闊', U'阔'}, {U'關', U'关'},
    {U'闫', U'阎'}, {U'陞', U'升'}, {U'陳', U'陈'}, {U'陸', U'陆'}, {U'陽', U'阳'}, {U'隊', U'队'}, {U'階', U'阶'}, {U'際', U'际'}, {U'隣', U'邻'},
    {U'隨', U'随'}, {U'險', U'险'}, {U'隱', U'隐'}, {U'雋', U'隽'}, {U'雙', U'双'}, {U'離', U'离'}, {U'難', U'难'}, {U'雲', U'云'}, {U'電', U'电'},
    {U'霧', U'雾'}, {U'霽', U'霁'}, {U'靑', U'青'}, {U'靜', U'静'}, {U'韋', U'韦'}, {U'韓', U'韩'}, {U'韻', U'韵'}, {U'項', U'项'}, {U'順', U'顺'},
    {U'頌', U'颂'}, {U'預', U'预'}, {U'頓', U'顿'}, {U'領', U'领'}, {U'頭', U'头'}, {U'頴', U'颖'}, {U'題', U'题'}, {U'額', U'额'}, {U'顏', U'颜'},
    {U'顔', U'颜'}, {U'願', U'愿'}, {U'類', U'类'}, {U'顧', U'顾'}, {U'風', U'风'}, {U'飆', U'飙'}, {U'飈', U'飚'}, {U'飛', U'飞'}, {U'養', U'养'},
    {U'餘', U'余'}, {U'館', U'馆'}, {U'馬', U'马'}, {U'馮', U'冯'}, {U'駒', U'驹'}, {U'駟', U'驷'}, {U'駱', U'骆'}, {U'駿', U'骏'}, {U'騫', U'骞'},
    {U'騰', U'腾'}, {U'驍', U'骁'}, {U'驕', U'骄'}, {U'驗', U'验'}, {U'驥', U'骥'}, {U'體', U'体'}, {U'髙', U'高'}, {U'髮', U'发'}, {U'鬥', U'斗'},
    {U'魚', U'鱼'}, {U'魯', U'鲁'}, {U'鮑', U'鲍'}, {U'鮮', U'鲜'}, {U'鯤', U'鲲'}, {U'鳯', U'凤'}, {U'鳳', U'凤'}, {U'鳴', U'鸣'}, {U'鴻', U'鸿'},
    {U'鵑', U'鹃'}, {U'鵬', U'鹏'}, {U'鵾', U'鹍'}, {U'鶴', U'鹤'}, {U'鷹', U'鹰'}, {U'鸞', U'鸾'}, {U'麐', U'麟'}, {U'麗', U'丽'}, {U'麥', U'麦'},
    {U'麪', U'面'}, {U'麵', U'面'}, {U'黃', U'黄'}, {U'黌', U'黉'}, {U'黙', U'默'}, {U'點', U'点'}, {U'黨', U'党'}, {U'黽', U'黾'}, {U'齊', U'齐'},
    {U'齡', U'龄'}, {U'龍', U'龙'}, {U'龐', U'庞'}, {U'龑', U'䶮'}, {U'龔', U'龚'}, {U'龜', U'龟'},
};

enum { N_VARIANTS = sizeof variants / sizeof variants[0] };

uint32_t person_name_variant(uint32_t code)
{
    size_t low = 0, high = N_VARIANTS;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (variants[middle].from < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low < N_VARIANTS && variants[low].from == code ? variants[low].to : code;
}

/* ---- keys ---- */

/* What stands between the parts of a name; utf8_fold has made most of them U+00B7. */
static bool is_dot(uint32_t code)
{
    return code == '.' || code == MIDDLE_DOT || code == 0x2022 || code == 0x2027 || code == 0x22C5 || code == 0x30FB;
}

enum status person_name_key(const char *name, size_t len, struct buf *out)
{
    struct buf folded;
    buf_init(&folded, 4 * len + 64); /* compatibility forms may grow: ㈱ becomes (株) */
    enum status status = utf8_fold(name, len, &folded);
    if (status != STATUS_OK)
        buf_clear(&folded); /* not a text: no key, equal to nothing */
    const char *text = buf_cstr(&folded);
    for (size_t at = 0; at < folded.len;) {
        uint32_t code;
        char bytes[UTF8_MAX_BYTES];
        size_t step = utf8_decode(text + at, folded.len - at, &code);
        if (step == 0)
            break;
        at += step;
        if (!is_dot(code))
            buf_append(out, bytes, utf8_encode(person_name_variant(code), bytes));
    }
    buf_wipe(&folded);
    return status == STATUS_NOMEM || out->status == STATUS_NOMEM ? STATUS_NOMEM : STATUS_OK;
}

static bool keys_equal(const struct buf *a, const struct buf *b)
{
    return a->status == STATUS_OK && b->status == STATUS_OK && a->len > 0 && a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

enum status person_name_compare(const char *a, const char *b, bool *same)
{
    struct buf x, y;
    buf_init(&x, NAME_KEY_MAX_BYTES);
    buf_init(&y, NAME_KEY_MAX_BYTES);
    enum status status = person_name_key(a, strlen(a), &x);
    if (status == STATUS_OK)
        status = person_name_key(b, strlen(b), &y);
    *same = status == STATUS_OK && keys_equal(&x, &y);
    buf_wipe(&x);
    buf_wipe(&y);
    return status;
}

bool person_name_same(const char *a, const char *b)
{
    bool same;
    return person_name_compare(a, b, &same) == STATUS_OK && same;
}

/* Bytes of the divider at text, 0 if there is none. */
static size_t divider(const char *text, size_t len)
{
    uint32_t code = 0; /* stays when text begins inside a character */
    size_t step = utf8_decode(text, len, &code);
    bool divides = code == 0x3001 || code == 0xFF0C || code == ',' || code == 0xFF1B || code == ';' || code == ' ' || code == 0x3000 || code == '/' || code == '\n';
    return step > 0 && divides ? step : 0;
}

bool person_name_next(struct name_cursor *cursor, char out[NAME_KEY_MAX_BYTES])
{
    size_t step, len = strlen(cursor->list), n = 0;
    while (len > 0 && (step = divider(cursor->list, len)) > 0) {
        cursor->list += step;
        len -= step;
    }
    while (n < len && divider(cursor->list + n, len - n) == 0)
        n++;
    if (n == 0)
        return false;
    size_t kept = n < NAME_KEY_MAX_BYTES ? n : utf8_cut(cursor->list, n, NAME_KEY_MAX_BYTES - 1);
    memcpy(out, cursor->list, kept);
    out[kept] = '\0';
    cursor->list += n;
    return true;
}

bool person_name_in(const char *list, const char *name)
{
    struct name_cursor cursor = {.list = list};
    char one[NAME_KEY_MAX_BYTES];
    while (person_name_next(&cursor, one))
        if (person_name_same(one, name))
            return true;
    return false;
}

bool person_name_sounds_like(const char *a, const char *b)
{
    struct buf x, y;
    bool found = false;
    buf_init(&x, 16 * 1024);
    buf_init(&y, 16 * 1024);
    pinyin_initials(a, strlen(a), &x);
    pinyin_initials(b, strlen(b), &y);
    for (const char *one = buf_cstr(&x); *one != '\0' && !found; one += strcspn(one, " "), one += *one == ' ')
        for (const char *other = buf_cstr(&y); *other != '\0' && !found; other += strcspn(other, " "), other += *other == ' ') {
            size_t n = strcspn(one, " ");
            found = n > 1 && n == strcspn(other, " ") && strncmp(one, other, n) == 0;
        }
    buf_wipe(&x);
    buf_wipe(&y);
    return found;
}

/* ---- spellings ---- */

struct spelling {
    uint32_t code[CHARS_MAX];
    size_t n;
};

struct lookup {
    struct store *store;
    const struct actor *actor;
    const struct record_type *type;
    const char *field, *name; /* name NULL: compare as it stands */
    records_row row;
    void *context;
    struct errmsg *err;
    unsigned asked;
    bool stopped;
};

/* Rows with exactly this value. */
static enum status ask(struct lookup *lookup, const char *value, size_t len)
{
    struct buf sql;
    int index = 2;
    buf_init(&sql, 16384);
    buf_printf(&sql, "SELECT %s FROM \"%s\" WHERE \"%s\"=?1 AND gone=0", schema_row_columns(lookup->store, lookup->type), lookup->type->name, lookup->field);
    row_scope_sql(lookup->actor, &sql, &index);
    struct stmt *stmt = store_prepare_buf(lookup->store, &sql);
    buf_release(&sql);
    stmt_text(stmt, 1, value, len);
    index = 2;
    row_scope_bind(lookup->actor, stmt, &index);
    enum status status;
    size_t field = catalogue_field_index(lookup->type, catalogue_field(lookup->type, lookup->field));
    while (stmt_row(stmt, &status, lookup->err)) {
        struct record record;
        status = row_read(stmt, lookup->type, &record);
        if (status == STATUS_OK) {
            const struct list_key key = {.set = true, .row = stmt_column_int(stmt, ROW_N)};
            bool hit = lookup->name == NULL;
            status = hit ? STATUS_OK : person_name_compare(lookup->name, record.values[field].text, &hit);
            lookup->stopped = status == STATUS_OK && hit && !lookup->row(lookup->context, &record, &key);
            record_release(&record);
        }
        if (status != STATUS_OK || lookup->stopped) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

static enum status ask_spelling(struct lookup *lookup, const struct spelling *spelling)
{
    char text[NAME_KEY_MAX_BYTES];
    size_t len = 0;
    for (size_t i = 0; i < spelling->n; i++)
        len += utf8_encode(spelling->code[i], text + len);
    if (lookup->asked >= NAME_SPELLINGS_MAX || lookup->stopped || (len == strlen(lookup->name) && memcmp(text, lookup->name, len) == 0))
        return STATUS_OK;
    lookup->asked++;
    return ask(lookup, text, len);
}

/* The characters that a key's character may have been stored as, itself first. */
static size_t alternatives(uint32_t code, uint32_t out[ALTERNATIVES_MAX])
{
    size_t n = 0;
    out[n++] = code;
    if (code == '(' || code == ')') /* names of companies are written with wide brackets */
        out[n++] = code == '(' ? 0xFF08 : 0xFF09;
    for (size_t i = 0; i < N_VARIANTS && n < ALTERNATIVES_MAX; i++)
        if (variants[i].to == code)
            out[n++] = variants[i].from;
    return n;
}

/* All combinations from character i on. */
static enum status ask_variants(struct lookup *lookup, struct spelling *spelling, size_t i)
{
    uint32_t others[ALTERNATIVES_MAX];
    enum status status = STATUS_OK;
    if (i == spelling->n)
        return ask_spelling(lookup, spelling);
    uint32_t code = spelling->code[i];
    size_t n = alternatives(code, others);
    for (size_t k = 0; k < n && status == STATUS_OK && lookup->asked < NAME_SPELLINGS_MAX && !lookup->stopped; k++) {
        spelling->code[i] = others[k];
        status = ask_variants(lookup, spelling, i + 1);
    }
    spelling->code[i] = code;
    return status;
}

/* The key does not say where a middle dot stood. */
static enum status ask_dotted(struct lookup *lookup, const struct spelling *key)
{
    enum status status = STATUS_OK;
    if (key->n < DOTTED_FROM_CHARS || key->n >= CHARS_MAX || key->code[0] < CJK_BEGIN)
        return STATUS_OK;
    for (size_t dot = 1; dot < key->n && status == STATUS_OK; dot++) {
        struct spelling dotted = {.n = key->n + 1};
        memcpy(dotted.code, key->code, dot * sizeof key->code[0]);
        dotted.code[dot] = MIDDLE_DOT;
        memcpy(dotted.code + dot + 1, key->code + dot, (key->n - dot) * sizeof key->code[0]);
        status = ask_spelling(lookup, &dotted);
    }
    return status;
}

static enum status ask_upper(struct lookup *lookup, const struct spelling *key)
{
    struct spelling upper = *key;
    bool letters = false;
    for (size_t i = 0; i < upper.n; i++) {
        bool letter = upper.code[i] >= 'a' && upper.code[i] <= 'z';
        upper.code[i] -= letter ? 'a' - 'A' : 0;
        letters |= letter;
    }
    return letters ? ask_variants(lookup, &upper, 0) : STATUS_OK;
}

static void read_key(const struct buf *key, struct spelling *out)
{
    out->n = 0;
    for (size_t at = 0; at < key->len && out->n < CHARS_MAX;) {
        size_t step = utf8_decode(buf_cstr(key) + at, key->len - at, &out->code[out->n]);
        if (step == 0)
            return;
        at += step;
        out->n++;
    }
}

enum status person_name_rows(struct store *store, const struct actor *actor, const struct record_type *type, const char *field, const char *name, records_row row, void *context,
                             struct errmsg *err)
{
    struct lookup lookup = {.store = store, .actor = actor, .type = type, .field = field, .name = name, .row = row, .context = context, .err = err};
    struct spelling spelling;
    struct buf key;
    buf_init(&key, NAME_KEY_MAX_BYTES);
    enum status status = person_name_key(name, strlen(name), &key);
    read_key(&key, &spelling);
    buf_wipe(&key);
    if (status != STATUS_OK || spelling.n == 0)
        return status;
    status = ask(&lookup, name, strlen(name));
    if (status == STATUS_OK)
        status = ask_dotted(&lookup, &spelling);
    if (status == STATUS_OK)
        status = ask_upper(&lookup, &spelling);
    if (status == STATUS_OK)
        status = ask_variants(&lookup, &spelling, 0);
    return status;
}

enum status person_value_rows(struct store *store, const struct actor *actor, const struct record_type *type, const char *field, const char *value, records_row row,
                              void *context, struct errmsg *err)
{
    struct lookup lookup = {.store = store, .actor = actor, .type = type, .field = field, .row = row, .context = context, .err = err};
    return value[0] == '\0' ? STATUS_OK : ask(&lookup, value, strlen(value));
}
