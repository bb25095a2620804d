#!/bin/bash
# tests/case_test.sh - ten cases from first word to archive on the command line: a center and two stations as real processes that sync in between, every transition of
# the state table once, each role by its own account. Usage: case_test.sh [BUILD FOLDER].
if [ -z "${BASH_VERSION-}" ]; then
    command -v bash >/dev/null || exit 77
    exec bash "$0" "$@"
fi
. "$(dirname "$0")/processes.sh"

# as USER FOLDER VERB...: the account signs in with its password.
as() {
    local user=$1 folder=$2
    shift 2
    "$a" --as "$user" --password-file "$work/password" --data "$folder" --json "$@"
}

# moves USER FOLDER STATE ACTION ID FIELD=VALUE..: the action must bring the case to STATE; its id goes to $id, the first paper's number to $number.
moves() {
    local user=$1 folder=$2 state=$3
    shift 3
    expect 0 as "$user" "$folder" do "$@"
    id=$(sed -n 's/^{"id":"\([0-9a-f]*\)".*/\1/p' out)
    grep -q "\"state\":\"$state\"" out || { cat out; fail "not in $state: $*"; }
    number=$(sed 's/.*"documents"//' out | grep -o '"number":"[^"]\+"' | head -1 | cut -d'"' -f4)
}

# denied USER FOLDER WORDS ACTION ID ..: refused with exit 1 and these words.
denied() {
    local user=$1 folder=$2 words=$3
    shift 3
    expect 1 as "$user" "$folder" do "$@"
    says "$words" err
}

sync_all() {
    for folder in s1 s2; do
        expect 0 "$d" once --data "$folder" --json
        grep -q '"quarantined":0' out || { cat out; fail "quarantined at $folder"; }
    done
}

day() { TZ=Asia/Shanghai date -d "$1 days" +%F; } # today's office day and N more

state_is() { # FOLDER ID STATE
    expect 0 "$a" get "$2" --data "$1" --json
    grep -q "\"state\":\"$3\"" out || { cat out; fail "$1: $2 is not in $3"; }
}

user() { # NAME ROLE ORG
    expect 0 "$a" user add "$1" --role "$2" --org "$3" --display "$1" --password-file "$work/password" --data center
}

# ---- a county: center, two stations, an account for every role

printf 'code\tname\tkind\tarea\nS1\t永阳街道法律援助工作站\tstation\t320117001\nS2\t白马镇法律援助工作站\tstation\t320117101\nF1\t某某律师事务所\tfirm\t320117\n' >orgs.tsv
printf 'Geheim-2026\n' >password
expect 0 "$a" init center --name 某县法律援助中心 --area 320117 --orgs orgs.tsv --data center
"$d" center --listen 127.0.0.1:0 --port-file port --data center >center.out 2>center.log &
center_pid=$!
until_true test -s port
center=$(expect 0 "$a" list org --data center --json && sed -n 's/.*"code":"\([^"]*\)","name":"某县法律援助中心".*/\1/p' out)
[ -n "$center" ] || center=center
for role in clerk reviewer director bureau archivist admin auditor; do user "$role" "$role" "$center"; done
user worker station S1
user helper volunteer S1
user worker2 station S2
for n in 1 2; do
    expect 0 "$d" enrol new --org "S$n" --json --data center
    code=$(value code)
    expect 0 "$d" enrol "$code" --center "$(cat port)" --data "s$n" --name "laptop $n"
done
sync_all
expect 0 "$a" add handler name=陈律师 kind=02 practice_from=2015-01-01 criminal_from=2015-01-01 knows_minors=是 --data center
expect 0 "$a" add handler name=林律师 kind=02 practice_from=2020-01-01 criminal_from=2020-01-01 knows_minors=是 --data center
expect 0 "$a" add handler name=王法工 kind=03 practice_from=2012-01-01 --data center

received_on= # of the next application; empty: today
apply_for() { # NAME ID_NO FIELD=VALUE..: drafted and received at station 1
    local name=$1 no=$2
    shift 2
    moves worker s1 S1 draft new "name=$name" "id_no=$no" "$@"
    moves worker s1 S2 receive "$id" "items=身份证复印件;情况说明" "received_on=${received_on:-$(day 0)}"
    sync_all
}
grant() { # brings $id from S2 to S6
    moves clerk center S4 pre-review "$id" means_result=01 scope_result=01 opinion=符合条件
    moves reviewer center S5 examine "$id" opinion=同意 reason=无
    moves director center S6 approve "$id" opinion=同意
}
hand_over() { # brings $id from S6 to S8
    moves clerk center S7 assign "$id" handler=陈律师
    moves clerk center S8 agree "$id" content=一般代理
}
close_case() { # brings $id from S8 to S10
    moves clerk center S9 report-closing "$id" closing_doc=01 "closing_doc_no=民初1号" "closed_on=$(day 0)" "outcome=$1" "effect=受援人的请求得到支持，判决已经生效。" "recovered=$2"
    moves director center S10 accept-closing "$id" opinion=材料齐全
}

# ---- 1: wages; supplement asked for and supplied at the station; the whole way to the archive

moves helper s1 S1 draft new name=张文芳 id_no=32012419870312274X cause=追索劳动报酬纠纷 matter=M5 stage=04 legal_status=01 opponent=某某建筑公司 household=3 income=1800元
denied helper s1 '由工作站人员、中心受理员办理' receive "$id"
denied worker s1 '只能由县中心' approve "$id"
moves worker s1 S2 receive "$id" items=身份证复印件 "received_on=$(day -16)"
moves worker s1 S3 request-supplement "$id" 'items=工资欠条；考勤记录' "date=$(day -15)"
moves worker s1 S2 supply "$id" "date=$(day -12)"
sync_all
moves clerk center S4 pre-review "$id" means_result=01 scope_result=01 opinion=符合条件
denied clerk center '由中心审查员办理' examine "$id" opinion=同意
denied reviewer center '由中心负责人办理' approve "$id"
moves reviewer center S5 examine "$id" opinion=同意
moves director center S6 approve "$id" opinion=同意 "decided_on=$(day -10)"
moves clerk center S7 assign "$id" handler=auto "assigned_on=$(day -9)"
moves clerk center S8 agree "$id" content=特别授权 "agreed_on=$(day -7)"
moves clerk center S8 log "$id" kind=05 content=开庭
moves clerk center S8 log "$id" kind=07 content=告知庭审情况
moves clerk center S9 report-closing "$id" closing_doc=01 "closed_on=$(day -1)" outcome=01 effect=判决支付全部工资 recovered=23000元 wages_recovered=23000元
moves clerk center S9r return-closing "$id" items=判决书复印件
moves clerk center S9 supply-closing "$id" items=判决书复印件
moves reviewer center S10 accept-closing "$id" opinion=齐全
moves clerk center S11 pay "$id" remote=200元
moves archivist center S12 archive "$id" shelf=A-1-1
moves worker center S12 visit "$id" content=满意
sync_all
state_is s1 "$id" S12
expect 0 "$a" get "$id" --data s1 --json
says '"paused_days":3' out
says '"subsidy":220000' out

# ---- 2: refused, objected to, put right, handled

apply_for 李桂英 320124196208101520 cause=离婚纠纷 matter=M4 stage=04 legal_status=01 opponent=赵某
moves clerk center S4 pre-review "$id" means_result=02 scope_result=01 opinion=收入超过标准
moves reviewer center S5 examine "$id" opinion=同意初审意见
moves director center X4 refuse "$id" refuse_reason=02 reason=人均月收入超过标准
moves bureau center O1 object "$id" reason=医疗支出没有扣除
moves bureau center S6 decide-objection "$id" objection_result=02 reason=应当扣除
hand_over

# ---- 3: refused; the objection fails

apply_for 孙大明 320124197501204515 cause=民间借贷纠纷 matter=M9 stage=04 legal_status=02 opponent=钱某
moves clerk center S4 pre-review "$id" means_result=01 scope_result=02 opinion=不属于事项范围
moves reviewer center S5 examine "$id" opinion=同意初审意见
moves director center X4 refuse "$id" refuse_reason=01 reason=民间借贷不在事项范围
moves bureau center O1 object "$id" reason=情况特殊
moves bureau center X4 decide-objection "$id" objection_result=01 reason=于法无据
denied bureau center 行政复议 object "$id" reason=还是不服

# ---- 4: withdrawn as a draft, as received, as incomplete

moves worker s1 S1 draft new name=周小兰 cause=相邻关系纠纷
moves worker s1 X2 withdraw "$id" reason=已经和解
moves worker s1 S1 draft new name=周小兰 cause=相邻关系纠纷
moves worker s1 S2 receive "$id"
moves worker s1 X2 withdraw "$id" reason=已经和解
moves worker s1 S1 draft new name=周小兰 cause=相邻关系纠纷
moves worker s1 S2 receive "$id" "received_on=$(day -24)"
moves worker s1 S3 request-supplement "$id" items=身份证
moves worker s1 X2 withdraw "$id" reason=不办了

# ---- 5: the supplement never came

received_on=$(day -24)
apply_for 吴建国 320124198001015114 cause=劳务合同纠纷 matter=M5
moves clerk center S3 request-supplement "$id" items=劳务合同 "date=$(day -23)" "supplement_due=$(day -8)"
denied worker s1 只能由县中心 lapse "$id"
moves clerk center X1 lapse "$id" reason=逾期未补

# ---- 6: another county helps to check; then it belongs to station 2

received_on=$(day -15)
apply_for 郑秀兰 320124195506064524 cause=赡养费纠纷 matter=M4
moves clerk center S2c cooperate "$id" target=邻县法律援助中心 content=核查收入 "date=$(day -14)"
moves clerk center S2 cooperate-done "$id" content=属实 "date=$(day -10)"
moves clerk center S2 transfer "$id" target=S2 reason=事由发生地在白马镇
sync_all
expect 0 "$a" list case --data s1 --json --where 'name=郑秀兰'
says '"rows":\[\]' out
expect 0 "$a" list case --data s2 --json --where 'name=郑秀兰'
says '"state":"S2"' out
says '"paused_days":4' out
id=$(sed -n 's/.*"rows":\[{"id":"\([0-9a-f]*\)".*/\1/p' out)
grant
moves clerk center S7 assign "$id" handler=王法工
sync_all
state_is s2 "$id" S7
expect 0 "$a" count case --data s2 --json
says '"count":1' out

apply_for 吴秀兰 320124195506064604 cause=赡养费纠纷 matter=M4
moves clerk center X3 transfer "$id" target=邻县法律援助中心 reason=办案机关在邻县

received_on=

# ---- 7: help at once, papers later; another lawyer; ended; the end taken back

apply_for 冯志强 320124199003033310 cause=工伤保险待遇纠纷 matter=M7 stage=07 limitation_kind=02 "limitation_on=$(day 2)"
denied clerk center 由中心负责人办理 urgent-aid "$id" urgent_ground=01
moves director center S6u urgent-aid "$id" urgent_ground=01
moves director center S6u complete-urgent "$id" opinion=手续补齐
moves clerk center S7 assign "$id" handler=陈律师
moves clerk center S7 change-handler "$id" handler=林律师 reason=受援人要求
moves clerk center S8 agree "$id" content=一般代理
moves clerk center S7 change-handler "$id" handler=陈律师 reason=原承办人生病
moves director center X5 terminate "$id" term_ground=06
moves bureau center O1 object "$id" reason=没有另请律师
moves bureau center S8 decide-objection "$id" objection_result=02 reason=查明属实

# ---- 8: the court gives notice; then the appeal as a case of its own

moves clerk center S6n notify new name=马某 born=2010-03-01 organ=溧水区人民法院 notice_no=通辩1号 notice_ground=01 stage=04 cause=盗窃罪
denied clerk center 刑事 assign "$id" handler=王法工
moves clerk center S7 assign "$id" handler=陈律师
moves clerk center S8 agree "$id" content=辩护
moves clerk center S1 next-stage "$id" stage=05

# ---- 9: ended for good, and archived

apply_for 褚玉珍 320124194811113922 cause=机动车交通事故责任纠纷 matter=M7 stage=04 legal_status=01
grant
hand_over
moves director center X5 terminate "$id" term_ground=07 reason=受援人要求
moves bureau center O1 object "$id" reason=后悔
moves bureau center X5 decide-objection "$id" objection_result=01 reason=本人要求终止
moves archivist center S12 archive "$id"

# ---- 10: from a consultation; withdrawn at the station while the center had gone on: a person settles it

expect 0 "$a" add consultation name=韩雪梅 phone=13900000010 content=工资被拖欠 --data s1 --json
consultation=$(value id)
moves worker s1 S1 draft "$consultation" cause=追索劳动报酬纠纷 matter=M5 id_no=320124199205056625
moves worker s1 S2 receive "$id"
sync_all
case10=$id
moves clerk center S4 pre-review "$id" means_result=01 scope_result=01 opinion=符合条件
moves worker s1 X2 withdraw "$id" reason=已经拿到工资
expect 0 "$d" once --data s1 --json
state_is center "$case10" S4
expect 0 "$a" get "$case10" --data center --json
says '"conflicts":\[{"field":"state"' out
expect 1 as worker s1 do resolve "$case10" state=X2
says 只能由县中心 err
expect 1 as director center do resolve "$case10" state=S12
expect 0 as director center do resolve "$case10" state=X2
sync_all
state_is s1 "$case10" X2
expect 0 "$a" get "$consultation" --data center --json
says '"handling":"03"' out

# ---- a second case to S11 by another outcome, archived from S10

apply_for 卫国平 320124197007074137 cause=医疗损害责任纠纷 matter=M7 stage=04 legal_status=01
grant
hand_over
close_case 04 5000元
moves archivist center S12 archive "$id"

# ---- a group matter: one entry, one case for each member

expect 0 "$a" add case_group title=某工地三人讨薪 opponent=某某建筑公司 divisible=是 --data s1 --json
group=$(value id)
printf '申请人,电话,案由\n张甲,13900000011,追索劳动报酬纠纷\n李乙,13900000012,追索劳动报酬纠纷\n王丙,13900000013,追索劳动报酬纠纷\n' >members.csv
expect 0 "$a" import case members.csv --group "$group" --data s1 --json
says '"added":3' out
expect 0 "$a" count case --where "case_group=$group" --data s1 --json
says '"count":3' out
expect 2 "$a" import consultation members.csv --group "$group" --data s1

# ---- nobody does by another way what an action does

expect 1 as clerk center set "$id" state=S6
expect 1 as director center set "$id" decision_no=1
expect 1 as admin center do approve "$id"
expect 1 as auditor center do note "$id" content=x
expect 2 as clerk center do nonsense "$id"
expect 2 as clerk center do note "$id" colour=red
says content err

# ---- every transition of the table has been made once

sync_all
"$a" list step --limit 0 --data center --json 2>/dev/null |
    grep -o '"action":"[^"]*"\(,"from_state":"[^"]*"\)\?\(,"to_state":"[^"]*"\)\?' | sed 's/"action":"//; s/","from_state":"/ /; s/","to_state":"/>/; s/"$//' | sort -u >made
while read -r action move; do
    grep -qx "$action $move" made || { cat made; fail "never made: $action $move"; }
done <<LIST
receive S1>S2
request-supplement S2>S3
supply S3>S2
lapse S3>X1
withdraw S1>X2
withdraw S2>X2
withdraw S3>X2
transfer S2>S2
transfer S2>X3
cooperate S2>S2c
cooperate-done S2c>S2
pre-review S2>S4
examine S4>S5
approve S5>S6
refuse S5>X4
urgent-aid S2>S6u
assign S6>S7
assign S6u>S7
assign S6n>S7
agree S7>S8
log S8>S8
change-handler S7>S7
change-handler S8>S7
terminate S7>X5
terminate S8>X5
object X4>O1
object X5>O1
decide-objection O1>X4
decide-objection O1>X5
decide-objection O1>S6
decide-objection O1>S8
report-closing S8>S9
return-closing S9>S9r
supply-closing S9r>S9
accept-closing S9>S10
pay S10>S11
archive S11>S12
archive S10>S12
archive X5>S12
LIST

# ---- official numbers have no gaps, and the stores are whole

"$a" list document --limit 0 --data center --json >documents 2>/dev/null
grep -o '"word":"[^"]*","year":[0-9]*,"serial":[0-9]*' documents | sed 's/"word":"//; s/","year":/ /; s/,"serial":/ /' | sort -k1,2 -k3n >numbers
[ -s numbers ] || fail "no numbers were given"
awk '{ key = $1 " " $2; if (key != before) next_serial = 1; if ($3 != next_serial) { print "gap at", $0; exit 1 } next_serial++; before = key }' numbers || fail "numbers have gaps"
for folder in center s1 s2; do
    expect 0 "$a" verify --data "$folder" --json
    says '"ok":true' out
done
echo "ten cases: every transition made, $(wc -l <numbers) numbers without a gap"
