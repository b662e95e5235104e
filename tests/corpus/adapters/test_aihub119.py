"""The emergency calls of AI Hub 71768, from a source with all of its known oddities."""

import json
import shutil
import unicodedata
import zipfile

import polars as pl
import pytest

from malsori.archives import nfc
from malsori.corpus.adapters.aihub119 import Aihub119
from malsori.corpus.corpus import Corpus
from malsori.corpus.importing import import_corpus
from malsori.corpus.leaks import find_leaks
from malsori.errors import MalsoriError
from malsori.schema import Task

# What becomes of each call, in order: number, call, part, urgency, sentiment, kinds of disaster,
# triage, gender, symptoms, region, utterances.
TRAIN, LATER = "train", "validation"
ILL, HURT = ("구급", "부상"), ("응급증상",)
CALLS = [
    (1, 1, TRAIN, "중", "당황/난처", *ILL, *HURT, "F", ["두통", "구토"], "서울", 3),
    (2, 2, TRAIN, "상", "중립", *ILL, "준응급증상", "M", ["구토"], "서울", 2),
    (3, 3, TRAIN, "하", "불안/걱정", "구조", "자살", None, "F", None, "서울", 3),
    (5, 5, TRAIN, "상", "중립", "기타", "기타", None, None, None, "서울", 3),
    (4, 4, TRAIN, "중", None, "화재", "일반화재", None, "M", None, "서울", 2),
    (6, 6, TRAIN, "하", "불안/걱정", *ILL, *HURT, "M", ["두통"], "인천", 2),
    (7, 7, TRAIN, "중", "당황/난처", "구조", "자살", None, "F", None, "인천", 2),
    (9, 9, TRAIN, None, "불안/거정", "기타", "기타", None, "F", None, "인천", 2),
    (8, 8, TRAIN, "상", "중립", "화재", "신종재난", None, "M", None, "인천", 2),
    (11, 1, LATER, "상", "중립", *ILL, *HURT, "F", ["두통"], "서울", 2),
    (12, 12, LATER, "하", "불안/걱정", "화재", "일반화재", None, "M", None, "인천", 2),
]
TEXTS = {
    1: {
        "both": "네 여보세요 머리가 아파요",
        "caller": "여보세요 머리가 아파요",
        "dispatcher": "네",
    },
    2: {"both": "[개인정보] 네", "caller": "네", "dispatcher": "[개인정보]"},
    3: {"both": "119입니다 저도 봤어요 사람이", "caller": "사람이", "dispatcher": "119입니다"},
    4: {"both": "119입니다 불이요", "caller": "불이요", "dispatcher": "119입니다"},
    5: {"both": "119입니다 네", "caller": "네", "dispatcher": "119입니다"},
}
PLAIN = {"both": "119입니다 도와주세요", "caller": "도와주세요", "dispatcher": "119입니다"}
LOST = {6: "truncated", 7: "missing"}

# number, turn, role, start, end, text of every utterance whose row is whole, in order
SAID = [
    (1, 1, "dispatcher", 0.0, 1.0, "네"),
    (1, 2, "caller", 0.9, 1.4, "여보세요"),
    (1, 3, "caller", 1.5, 2.5, "머리가 아파요"),
    (2, 1, "dispatcher", 0.0, 1.0, "[개인정보]"),
    (2, 2, "caller", 1.0, 2.0, "네"),
    (3, 1, "dispatcher", 0.0, 1.0, "119입니다"),
    (3, 2, "other", 1.3, 2.0, "저도 봤어요"),
    (5, 1, "dispatcher", 0.0, 1.0, "119입니다"),
    (5, 3, "caller", 1.2, 2.2, None),
    (4, 1, "dispatcher", 0.0, 1.0, "119입니다"),
    (4, 2, "caller", 1.0, 5.0, "불이요"),
    *[
        (number, turn, role, turn - 1.0, float(turn), text)
        for number in (6, 7, 9, 8, 11, 12)
        for turn, role, text in ((1, "dispatcher", "119입니다"), (2, "caller", "도와주세요"))
    ],
]
FAULTS = [(3, 3, "reversed"), (5, 2, "too-short")]  # both are the caller's


@pytest.fixture(scope="module")
def made(generator):
    return generator("aihub119")


@pytest.fixture(scope="module", params=[True, False, "audio"], ids=["zips", "folders", "mixed"])
def place(request, made, tmp_path_factory):
    return made.write(tmp_path_factory.mktemp("source"), packed=request.param)


@pytest.fixture(scope="module")
def zips(made, tmp_path_factory):
    return made.write(tmp_path_factory.mktemp("source"))


def key(made, number):
    return made.stem(number, "2023020723" if number == 12 else "20230207")


def read(place, **options):
    return Aihub119(place, **options).read()


def single(tmp_path, made, *, name="TL_서울_구급/a.json", **changes):
    """A source of one record, without a recording."""
    path = tmp_path / "one" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(made.record(1, "구급", **changes)), encoding="utf-8")
    return tmp_path / "one"


class TestCalls:
    @pytest.mark.parametrize("speakers", ["both", "caller", "dispatcher"])
    def test_exact_rows(self, made, place, speakers):
        source = read(place, speakers=speakers)
        expected = []
        for number, call, part, *labels, region, count in CALLS:
            name, text = f"{call:020x}", TEXTS.get(number, PLAIN)[speakers]
            speaker = None if speakers == "both" else f"{name}/{speakers}"
            meta = (region, "mobile", str(count), "2023-02-07", "2023-08-14")
            identity = (key(made, number), name, speaker, speakers, part)
            expected.append((*identity, text, *labels, *meta))
        rows = source.rows.drop("row", "audio")
        if speakers == "both":
            assert "speaker" not in rows.columns
            rows = rows.insert_column(2, pl.lit(None, pl.String).alias("speaker"))
        assert rows.columns == [
            *("id", "call", "speaker", "role", "split", "text", "label.urgency"),
            *("label.sentiment", "label.disaster_large", "label.disaster_medium"),
            *("label.triage", "label.gender", "label.symptom", "meta.region", "meta.media"),
            *("meta.utterances", "meta.date", "meta.annotated"),
        ]
        assert rows.rows() == expected

    def test_recordings_are_paired_by_name(self, made, place):
        rows = read(place).rows.select("id", "audio").rows()
        for stem, audio in rows:
            suffix = ".WAV" if stem == key(made, 5) else ".wav"
            assert nfc(audio).endswith(stem + suffix)
            if stem == key(made, 7):
                assert audio == f"{stem}.wav"
            else:
                assert "S_" in nfc(audio)
                assert nfc(audio).startswith(("Training/1.원천데이터/", "Validation/1.원천데이터/"))

    def test_what_cannot_be_a_row(self, made, place):
        source = read(place)
        found = [(b.row, b.id, b.reason) for b in source.broken]
        assert found == [(7, key(made, 10), "bad-row"), (13, key(made, 13), "no-record")]
        assert "not JSON" in source.broken[0].detail
        assert source.broken[1].detail == f"there is no {key(made, 13)}.json"
        assert sorted([*source.rows["row"], 7, 13]) == list(range(1, 14))
        assert source.read == 13

    def test_tasks(self, zips):
        tasks = {task.name: task for task in read(zips).tasks}
        assert tasks["urgency"] == Task(name="urgency", kind="ordinal", classes=("하", "중", "상"))
        assert tasks["sentiment"].classes == ("불안/걱정", "당황/난처", "중립", "기타부정")
        assert tasks["sentiment"].index("불안/거정") == 0
        assert tasks["disaster_large"].classes == ("구급", "구조", "화재", "기타")
        assert len(tasks["disaster_medium"].classes) == 17
        assert tasks["disaster_medium"].classes[-1] == "신종재난"
        assert tasks["triage"].classes == ("응급증상", "준응급증상")
        assert (tasks["symptom"].kind, tasks["symptom"].classes) == ("multilabel", ("구토", "두통"))
        assert (tasks["gender"].kind, tasks["gender"].classes) == ("nominal", ("M", "F"))

    def test_everything_odd_is_told(self, zips):
        band = "published as telephone audio of 8,000 Hz: above 4,000 Hz there is nothing"
        twice = "1 recordId is that of several records (1 across the published parts)"
        assert read(zips).notes == [
            "12 records and 12 recordings: 11 of them belong together by their names",
            f"{band}, whatever it is resampled to",
            "addresses and server paths in the records are not taken over",
            "2 files that computers left beside the data (such as ._a.wav) counted for nothing",
            "8.0 % of 25 utterances overlap one of another speaker",
            "1 utterance is by neither caller nor dispatcher (role other)",
            "1 utterance has no text",
            "1 utterance ends where it starts or before; its text is kept in its place",
            f"{twice}: their rows have the same call, so that a split by call keeps them together",
            "1 gender that is neither M nor F, taken as missing",
            "disaster_medium: 1 class that is not in the published list: 신종재난 1",
        ]
        notes = read(zips, speakers="caller").notes
        assert (
            "the text is without 12 utterances of others than the caller; "
            "the audio is the whole call, whoever speaks"
        ) in notes

    def test_provenance_does_not_depend_on_the_layout(self, zips, place):
        one, other = read(zips).provenance, read(place).provenance
        assert {**one, "source": ""} == {**other, "source": ""}
        assert one["records"] == 11
        assert one["band_limit_hz"] == 4000


class TestUtterances:
    @pytest.mark.parametrize("speakers", ["both", "caller", "dispatcher"])
    def test_exact_rows(self, made, place, speakers):
        source = read(place, unit="utterance", speakers=speakers)
        call = {number: f"{of:020x}" for number, of, *_ in CALLS}
        expected = [
            (f"{key(made, n)}/{turn:03}", call[n],
             f"{call[n]}/{role}" if role != "other" else None, role, key(made, n), str(turn),
             f"{start:.3f}", f"{end:.3f}", text)
            for n, turn, role, start, end, text in SAID
            if speakers in ("both", role)
        ]  # fmt: skip
        columns = ("id", "call", "speaker", "role", "dialogue", "turn", "start", "end", "text")
        assert source.rows.select(columns).rows() == expected
        faults = FAULTS if speakers != "dispatcher" else []
        assert [(b.id, b.reason) for b in source.broken] == [
            *[(f"{key(made, n)}/{turn:03}", reason) for n, turn, reason in faults],
            (key(made, 10), "bad-row"),
            (key(made, 13), "no-record"),
        ]
        numbers = sorted([*source.rows["row"], *(b.row for b in source.broken)])
        assert numbers == list(range(1, source.read + 1))

    def test_each_has_the_labels_of_its_call(self, place):
        calls, utterances = read(place), read(place, unit="utterance")
        assert utterances.tasks == calls.tasks
        own = [c for c in calls.rows.columns if c.startswith(("label.", "meta.")) or c == "split"]
        joined = utterances.rows.join(
            calls.rows.select(pl.col("id").alias("dialogue"), *(pl.col(c).alias(f"own {c}")
                                                                for c in own)),
            on="dialogue", maintain_order="left",
        )  # fmt: skip
        for column in own:
            assert joined[column].to_list() == joined[f"own {column}"].to_list()
        assert "each utterance has the labels of its call: split by call" in utterances.notes

    def test_the_least_length_can_be_chosen(self, made, zips):
        source = read(zips, unit="utterance", min_ms=0)
        assert f"{key(made, 5)}/002" in source.rows["id"].to_list()
        source = read(zips, unit="utterance", min_ms=1001)
        assert source.rows["id"].to_list() == [f"{key(made, 4)}/002"]
        assert source.broken[0].detail == "1000 ms is shorter than 1001 ms"
        with pytest.raises(MalsoriError, match="min_ms -1 is negative"):
            Aihub119(zips, min_ms=-1)

    @pytest.mark.parametrize(
        ("odd", "reason"),
        [
            ({"startAt": None}, "bad-row"),
            ({"endAt": "soon"}, "bad-row"),
            ({"endAt": 10**30}, "bad-row"),
            ({"endAt": float("nan")}, "bad-row"),
            ({"startAt": True}, "bad-row"),
            ({"startAt": -1}, "bad-row"),
            ({"startAt": 1000}, "reversed"),
            ({"startAt": 501}, "too-short"),
        ],
    )
    def test_times_that_are_none(self, made, tmp_path, odd, reason):
        entry = {**made.said(0, 1000, "네", 1), **odd}
        source = single(tmp_path, made, utterances=[entry, made.said(0, 900, "예", 1), "x"])
        found = read(source, unit="utterance")
        assert found.rows["text"].to_list() == ["예"]
        assert [b.reason for b in found.broken] == [reason, "bad-row"]
        assert set(read(source).rows["text"][0].split()) == {"네", "예"}

    def test_numbers_may_be_text(self, made, tmp_path):
        entry = {"startAt": "1000", "endAt": " 2500.4", "speaker": "1", "text": "네"}
        rows = read(single(tmp_path, made, utterances=[entry]), unit="utterance").rows
        assert rows.select("start", "end", "role").row(0) == ("1.000", "2.500", "caller")

    def test_no_utterance_of_the_chosen_speaker(self, made, tmp_path):
        source = single(tmp_path, made, utterances=[made.said(0, 1000, "네", 0)])
        found = read(source, unit="utterance", speakers="caller")
        assert (found.rows.height, found.tasks) == (0, [])
        assert "1 utterance of others than the caller left out" in found.notes
        with pytest.raises(MalsoriError, match="has no rows"):
            import_corpus(
                Aihub119(source, unit="utterance", speakers="caller"), tmp_path / "c", workers=1
            )


class TestRecords:
    def test_decomposed_text_and_names_are_composed(self, made, tmp_path):
        decomposed = unicodedata.normalize("NFD", "불이요")
        name = unicodedata.normalize("NFD", "TL_서울_구급/전화.json")
        utterances = [made.said(0, 1000, decomposed, 1)]
        sentiment = unicodedata.normalize("NFD", "중립")
        source = single(tmp_path, made, name=name, utterances=utterances, sentiment=sentiment)
        row = read(source).rows.row(0, named=True)
        assert (row["id"], row["text"], row["meta.region"]) == ("전화", "불이요", "서울")

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (b"\xff\xfe{", "not UTF-8"),
            (b"[1, 2]", "not an object"),
            (b'{"_id": "a"}', "no list of utterances"),
            (b'{"utterances": {}}', "no list of utterances"),
            (b"", "not JSON"),
            (b"[" * 100_000, "nested too deeply"),
        ],
    )
    def test_what_is_no_record(self, made, tmp_path, content, why):
        source = single(tmp_path, made)
        (source / "b.json").write_bytes(content)
        broken = read(source).broken
        assert [(b.id, b.reason) for b in broken] == [("b", "bad-row")]
        assert why in broken[0].detail

    def test_half_a_surrogate_is_no_character(self, made, tmp_path):
        source = single(tmp_path, made, utterances=[made.said(0, 1000, "불\ud83d \U0001f525", 1)])
        assert read(source).rows["text"].to_list() == ["불? \U0001f525"]

    def test_words_for_missing_are_missing(self, made, tmp_path):
        source = single(tmp_path, made, triage="null", symptom=["nan"], gender=None)
        (source / "b.json").write_text(json.dumps(made.record(2, "구조", triage="대상외")))
        found = read(source)
        assert [task.name for task in found.tasks] == [
            "urgency",
            "sentiment",
            "disaster_large",
            "disaster_medium",
        ]
        assert "task triage is left out: every label is 대상외" in found.notes
        assert "task symptom is left out: no call has a label" in found.notes

    def test_triage_has_the_publishers_order(self, made, tmp_path):
        for i, triage in enumerate(["보류", "대상외", "잠재응급증상", "응급증상"]):
            source = single(tmp_path, made, name=f"{i}.json", triage=triage)
        task = next(task for task in read(source).tasks if task.name == "triage")
        assert task.classes == ("응급증상", "잠재응급증상", "대상외", "보류")

    def test_days(self, made, tmp_path):
        source = single(tmp_path, made, name="x_20231399.json", _id="nothing")
        assert {"meta.date", "meta.annotated"}.isdisjoint(read(source).rows.columns)

    def test_a_call_without_record_id_is_its_own(self, made, tmp_path):
        source = single(tmp_path, made, recordId=...)
        assert read(source).rows.select("id", "call").row(0) == ("a", "a")


class TestLayouts:
    def test_a_pair_of_archives(self, made, zips, tmp_path):
        for path in zips.rglob("T?_인천_기타.zip"):
            shutil.copy(path, tmp_path)
        row = read(tmp_path).rows.row(0, named=True)
        assert row["audio"] == f"TS_인천_기타.zip::{key(made, 9)}.wav"
        assert (row["split"], row["meta.region"]) == ("train", "인천")
        labels = read(tmp_path / "TL_인천_기타.zip", audio_root=str(tmp_path / "TS_인천_기타.zip"))
        assert labels.rows.drop("audio").equals(read(tmp_path).rows.drop("audio"))
        assert labels.rows["audio"].to_list() == [row["audio"]]

    def test_recordings_by_kind_of_disaster(self, made, tmp_path):
        source = single(tmp_path, made, name="labels/a.json")
        (source / "음성data" / "질병(중증)").mkdir(parents=True)
        (source / "음성data" / "질병(중증)" / "a.wav").write_bytes(made.sound(1))
        row = read(source).rows.row(0, named=True)
        assert row["audio"] == "음성data/질병(중증)/a.wav"
        assert {"split", "meta.region"}.isdisjoint(row)

    def test_the_part_is_that_of_the_folder_that_is_given(self, made, zips):
        source = zips / "Validation"
        assert set(read(source).rows["split"]) == {"validation"}
        assert read(source).rows.height == 2

    def test_an_archive_beside_its_unpacked_copy_counts_once(self, made, tmp_path):
        source = made.write(tmp_path)
        for path in list(source.rglob("*_인천_기타.zip")):
            zipfile.ZipFile(path).extractall(path.with_suffix(""))
        found = read(source)
        assert found.read == 13
        row = found.rows.filter(pl.col("id") == key(made, 9)).row(0, named=True)
        assert row["audio"] == f"Training/1.원천데이터/TS_인천_기타/{key(made, 9)}.wav"
        assert found.notes[3:5] == [
            f"1 {suffix} file lies both in an archive and unpacked beside it: the unpacked is read"
            for suffix in (".json", ".wav")
        ]

    def test_a_name_in_both_parts(self, made, tmp_path):
        source = tmp_path / "119"
        for part in "TV":
            for what, data in (("L", json.dumps(made.record(1, "구급")).encode()),
                               ("S", made.sound(part == "V"))):  # fmt: skip
                folder = source / made.PARTS[part] / f"{part}{what}_서울_구급"
                folder.mkdir(parents=True)
                (folder / f"a.{'json' if what == 'L' else 'wav'}").write_bytes(data)
        rows = read(source).rows.select("split", "audio").rows()
        assert rows == [
            ("train", "Training/TS_서울_구급/a.wav"),
            ("validation", "Validation/VS_서울_구급/a.wav"),
        ]
        (source / "a.wav").write_bytes(made.sound(3))
        note = "1 recording has the name of another that belongs to the record, and no row"
        assert note in read(source).notes
        report = import_corpus(Aihub119(source), tmp_path / "corpus", workers=1)
        assert (report.kept, report.quarantined) == (1, {"duplicate-id": 1})

    def test_an_archive_that_was_cut_off(self, made, tmp_path):
        source = made.write(tmp_path)
        cut = source / "Validation" / "2.라벨링데이터" / "VL_인천_화재.zip"
        cut.write_bytes(cut.read_bytes()[:100])
        found = read(source)
        assert {(b.id, b.reason) for b in found.broken[:-1]} == {
            (key(made, 10), "bad-row"),
            (key(made, 12), "no-record"),
            (key(made, 13), "no-record"),
        }
        assert found.broken[-1].reason == "unreadable-archive"
        assert found.broken[-1].file == cut.relative_to(source).as_posix()
        assert found.rows.height == 10

    def test_a_damaged_member(self, made, tmp_path):
        source = tmp_path / "one"
        source.mkdir()
        with zipfile.ZipFile(source / "TL.zip", "w") as archive:
            archive.writestr("a.json", json.dumps(made.record(1, "구급")))
            archive.writestr("b.json", json.dumps(made.record(2, "구급")))
        data = (source / "TL.zip").read_bytes()
        (source / "TL.zip").write_bytes(data.replace(b'"status": 12', b'"status": 13', 1))
        found = read(source)
        assert found.rows["id"].to_list() == ["b"]
        assert [(b.id, b.reason) for b in found.broken] == [("a", "bad-row")]

    def test_recordings_only(self, made, tmp_path):
        (tmp_path / "a.wav").write_bytes(made.sound(1))
        with pytest.raises(MalsoriError, match=r"no label record \(.json\), only 1 recording"):
            read(tmp_path)
        (tmp_path / "TL_서울_구급.zip").write_bytes(b"PK")
        with pytest.raises(MalsoriError, match=r"1 archive cannot be opened: .*TL_서울_구급.zip"):
            read(tmp_path)


class TestImport:
    @pytest.mark.parametrize("unit", ["call", "utterance"])
    def test_counts_add_up(self, made, place, tmp_path, unit):
        report = import_corpus(Aihub119(place, unit=unit), tmp_path / "corpus", workers=1)
        per_call = 1 if unit == "call" else 2
        assert report.quarantined == {
            "bad-row": 1,
            "missing": per_call,
            "no-record": 1,
            "truncated": per_call,
            **({} if unit == "call" else {"reversed": 1, "too-short": 1}),
        }
        whole = CALLS if unit == "call" else SAID
        assert report.kept == sum(row[0] not in LOST for row in whole)
        assert report.read == report.kept + sum(report.quarantined.values())

    def test_rows_of_a_corpus(self, made, place, tmp_path):
        corpus = import_corpus(Aihub119(place), tmp_path / "corpus", workers=1).corpus
        rows = corpus.utterances
        kept = [row for row in CALLS if row[0] not in LOST]
        assert rows["id"].to_list() == [key(made, number) for number, *_ in kept]
        assert rows["sample_rate"].unique().to_list() == [8000]
        assert rows["duration"].to_list() == [3.0] * 9
        assert rows["label.urgency"].to_list() == [row[3] for row in kept]
        sentiments = [row[4] for row in kept]
        assert rows["label.sentiment"].to_list() == [
            "불안/걱정" if label == "불안/거정" else label for label in sentiments
        ]
        same = rows.filter(pl.col("audio_hash").is_duplicated())
        assert same["id"].to_list() == [key(made, 9), key(made, 8)]

    def test_an_end_behind_the_recording_is_cut(self, made, zips, tmp_path):
        adapter = Aihub119(zips, unit="utterance")
        rows = import_corpus(adapter, tmp_path / "corpus", workers=1).corpus.utterances
        row = rows.row(by_predicate=pl.col("id") == f"{key(made, 4)}/002", named=True)
        assert (row["start"], row["end"], row["duration"]) == (1.0, 3.0, 2.0)

    def test_the_publishers_parts_share_a_call(self, zips, tmp_path):
        corpus = import_corpus(Aihub119(zips), tmp_path / "corpus", workers=1).corpus
        leaks = find_leaks(corpus, corpus.utterances.select("id", "split"))
        assert [(leak.column, leak.count) for leak in leaks if leak.kind == "group"] == [
            ("call", 1)
        ]

    def test_nothing_personal_leaves_the_source(self, made, place, tmp_path, capfd):
        for unit in ("call", "utterance"):
            report = import_corpus(Aihub119(place, unit=unit), tmp_path / unit, workers=1)
            corpus = Corpus.open(tmp_path / unit)
            said = [json.dumps(report.data(), ensure_ascii=False, default=str)]
            said += [path.read_text() for path in (tmp_path / unit).rglob("*.yaml")]
            said += [table.text() for table in report.tables()]
            for path in (tmp_path / unit).rglob("*.parquet"):
                said += [str(row) for row in pl.read_parquet(path).rows()]
            assert corpus.utterances.height
            text = "\n".join([*said, *capfd.readouterr()])
            assert "신종재난" in text
            for secret in (made.ADDRESS, *made.ADDRESS.split(), made.SERVER):
                assert secret not in text


def test_any_number_of_calls(made, tmp_path):
    source = made.write_calls(tmp_path / "many", 40, utterances=4, seconds=2.0)
    calls = read(source)
    assert (calls.rows.height, calls.broken) == (40, [])
    assert calls.rows["split"].value_counts(sort=True).rows() == [("train", 36), ("validation", 4)]
    assert read(source, unit="utterance").rows.height == 160
    folders = made.write_calls(tmp_path / "folders", 40, utterances=4, seconds=None, packed=False)
    assert read(folders).rows["id"].to_list() == calls.rows["id"].to_list()
