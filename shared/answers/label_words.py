"""The words of which the labels of a polarity scale are made, in the languages callers write.

Own lists. Words are given as `label_text.fold` leaves them: lower case, no accents, no Arabic
vowel marks. Languages share one table: a label is a word or three, so they hardly collide, and
callers mix languages.
"""

EXCELLENT = 1.0
GOOD = 0.6
FAIRLY_GOOD = 0.3
NEUTRAL = 0.0
FAIRLY_BAD = -0.3
BAD = -0.6
TERRIBLE = -1.0

_CORE: dict[float, str] = {
    EXCELLENT: """
        excellent excellente excellents exzellent ausgezeichnet hervorragend excelente excelentes
        great amazing awesome outstanding perfect parfait parfaite perfekt perfecto perfecta superb
        fantastic fantastique fantastisch fantastico wonderful love loved best meilleur adore
        delighted ravi ravie magnifique begeistert genial formidable grossartig toll wunderbar liebe
        estupendo maravilloso encantado encanta
        优秀 极好 极佳 完美 超赞 最好 卓越 棒极了 太棒了 ممتاز ممتازه رائع رائعه
        eccellente ottimo otimo otima uitstekend отлично превосходно 最高 최고 harika mukemmel
        thrilled
        """,
    GOOD: """
        positive positives pos positiv positiva positivo positivi positif positifs positiva
        positiver positives positividad good favorable favorables favourable bon bonne bons
        bonnes bien gut gute guter gutes bueno buena buenos buenas happy heureux heureuse content
        contente zufrieden glucklich feliz contento contenta satisfied satisfait satisfaite
        satisfecho satisfecha like liked likes pleased nice pleasant agreable angenehm agradable
        praise compliment approve approval enjoy enjoyed gefallen gefallt mag zustimmung lob
        upbeat optimistic optimiste optimistisch optimista bullish recommend recommended recommande
        recomendado recomendada empfehlenswert recommandable favorabel aime gusta like
        wohlwollend joyful
        好 好评 正面 正向 积极 正 满意 喜欢 推荐 高兴 开心 不错 褒义 赞 正類 正面情緒 好評 積極 滿意
        ايجابي ايجابيه جيد جيده حسن حسنه راض راضي راضيه سعيد سعيده يعجبني اعجبني
        buono buona positieve positief goed позитивный позитивная положительный положительная
        положительное хорошо хороший pozytywny pozytywna pozytywne dobry dobrze olumlu iyi
        pozitif ポジティブ 良い 肯定的 긍정 긍정적 좋음 सकारात्मक अच्छा bom boa
        """,
    FAIRLY_GOOD: "decent satisfactory passable 还行 还可以 尚可",
    NEUTRAL: """
        neutral neutre neutres neutrale neutraler neutrales neutro neutra neutri neutralidad neu
        average moyen moyenne mittel mittelmassig durchschnittlich mediocre regular medio media
        ok okay fair so-so soso meh indifferent indifferente gleichgultig indiferente
        balanced equilibre ausgewogen equilibrado objective objectif objektiv objetivo
        sachlich factual factuel none
        中性 中立 一般 中等 普通 客观 中评 محايد محايده متوسط عادي معتدل مقبول
        neutrale neutraal neutralny neutralna нейтральный нейтральная нейтрально tarafsiz notr
        ニュートラル 중립 중립적 보통 तटस्थ nulle
        """,
    FAIRLY_BAD: "",
    BAD: """
        negative negatives neg negativ negativa negativo negativi negatif negatifs negativer
        negatives negatividad bad unfavorable unfavourable defavorable mauvais mauvaise schlecht
        schlechte schlechter schlechtes malo mala malos malas mal unhappy malheureux malheureuse
        mecontent mecontente unzufrieden unglucklich triste sad infeliz descontento descontenta
        unsatisfied dissatisfied insatisfait insatisfaite insatisfecho insatisfecha dislike
        disliked dislikes displeased unpleasant desagreable unangenehm desagradable poor
        complaint criticism disapprove disapproval kritik beschwerde critique plainte queja
        pessimistic pessimiste pessimistisch pesimista bearish disappointed decu decue enttauscht
        decepcionado decepcionada weak traurig ungunstig desfavorable angry
        差 差评 负面 负向 消极 负 不满 不满意 讨厌 坏 不好 不推荐 难过 贬义 負面 負 不喜欢 踩 消極
        负面情绪 سلبي سلبيه سيء سيئ سيئه غاضب حزين حزينه
        cattivo cattiva negatieve negatief slecht негативный негативная отрицательный
        отрицательная отрицательное плохо плохой negatywny negatywna negatywne zly zle olumsuz
        kotu ネガティブ 悪い 否定的 부정 부정적 나쁨 नकारात्मक बुरा ruim mau
        """,
    TERRIBLE: """
        terrible terribles awful horrible horribles dreadful worst pire furchtbar schrecklich
        katastrophal grauenhaft miserabel hate hated hates hass hasse deteste execrable atroce
        nul pesimo pesima pessimo fatal odio furious horrendo appalling abysmal
        极差 糟糕 很糟 最差 恶劣 垃圾 太差了 سيء_جدا فظيع فظيعه رهيب مريع
        ужасно ужасный berbat 最悪 최악
        """,
}

CORE: dict[str, float] = {word: value for value, text in _CORE.items() for word in text.split()}

STRONG = frozenset(
    """
    very extremely highly strongly really most super totally absolutely completely overwhelmingly
    extreme strong fully much so
    tres extremement fortement vraiment totalement absolument hautement tout
    sehr extrem stark besonders absolut ausserst total hochst voll uberaus
    muy sumamente extremadamente fuertemente totalmente absolutamente altamente super
    非常 很 极 极其 极度 十分 特别 超 超级 最 强烈 高度 太 완전 매우 とても 非常に
    جدا للغايه تماما بشده كثيرا
    molto muito zeer очень bardzo cok
    """.split()
)

WEAK = frozenset(
    """
    somewhat slightly rather mildly fairly mostly moderately weakly little bit partly kind sort
    partially leaning leans lean quite pretty
    plutot assez peu legerement moderement relativement
    eher etwas wenig leicht ziemlich massig bedingt teilweise tendenziell recht
    algo poco bastante ligeramente moderadamente levemente relativamente mas
    比较 较 有点 稍 稍微 略 略微 有些 偏 轻微 还算 중간 やや 약간 調
    قليلا نوعا بعض الى_حد_ما
    abbastanza piuttosto redelijk скорее raczej biraz un_po
    """.split()
)

NEGATION = frozenset(
    """
    not no non don't doesn't dont didn't isn't never pas jamais nicht kein keine keinen nie sin
    nada nunca 不 没 没有 无 غير ليس ليست لا لم не niet nie değil degil
    """.split()
)

NEITHER = frozenset("neither nor ni weder noch ne-ni ni-ni".split())
"""With one of these a label is neutral: "ni bon ni mauvais"."""

MIXED = frozenset(
    """
    mixed mixte mitige mitigee gemischt zwiespaltig ambivalent mixto mixta ambivalente partage
    ambiguous 混合 复杂 喜忧参半 褒贬不一 مختلط مختلطه misto смешанный gemengd mieszany
    """.split()
)

ASIDE = frozenset(
    """
    unknown unclear unsure undetermined unrelated irrelevant other n/a na cannot can't tell skip
    not-sure not-applicable
    inconnu inconnue incertain indetermine autre sans-avis inclassable
    unbekannt unklar unsicher andere sonstige sonstiges irrelevant keine-angabe
    desconocido incierto otro otra indeterminado irrelevante
    未知 不确定 不清楚 其他 无法判断 不相关 غير_معروف غير_واضح اخرى اخري
    """.split()
)

FILLER = frozenset(
    """
    a an the of to is it i in and & sentiment sentiments feeling feelings tone mood review reviews
    opinion opinions feedback polarity attitude emotion emotions rating comment comments
    experience text post tweet message class label don t do does s this that for me my
    j n ne ce que qui a
    le la les l un une de du d des en je ton avis critiques ressenti commentaire c est
    die der das ein eine ist ich bin stimmung bewertung meinung kommentar gefuhl haltung
    el los las una lo es me actitud opinion resena comentario sentimiento sentimientos valoracion
    评价 评论 情感 情绪 态度 感情 的 倾向 性 感 情緒 評價 面
    شعور مشاعر تقييم راي تعليق انا ما حد الى
    recommandation recommendation satisfaction
    """.split()
)
