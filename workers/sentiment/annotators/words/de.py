"""German words of praise and blame, as they are used in short posts."""

VALENCES: dict[int, str] = {
    3: """
        liebe liebt liebst geliebt* verliebt* grossartig* fantastisch* phantastisch* wunderbar*
        wunderschon* hervorragend* ausgezeichnet* perfekt* genial* brillant* traumhaft* hammer
        mega* geil* hammergeil* spitze spitzenmassig* bombe begeister* uberragend* herrlich*
        exzellent* sensationell* beste bester bestes besten weltklasse unglaublich-gut top
        himmlisch* glucklich* happy wow wahnsinnig-gut
    """,
    2: """
        gut gute guter gutes guten gutem super toll* schon schone schoner schones schonen schonste*
        prima klasse cool* nett* lecker* freu freue freut freuen freude* freundlich* spass spassig*
        lustig* witzig* suss susse susser susses susseste* lieb liebe* danke dank dankbar*
        dankeschon bravo gratul* gluckwunsch* gluck gewinn gewinne gewinnt gewonnen sieg siege
        erfolg* zufrieden* angenehm* empfehl* gelungen* empfehlenswert* mag magst gefallt gefallen
        gern gerne lieblings* hubsch* spannend* interessant* nice yay juhu hurra yeah love lol haha*
        hihi* hehe* xd lach* lacheln* strahl* gemutlich* entspann* genies* geniess* vorfreud* stolz*
        sympathisch* kompetent* hilfsbereit* zuverlassig* sauber* praktisch* hochwertig* fein feine
        feines begluck* viel-spass hilfreich* faszinier* beeindruck* respekt romantisch* kuschel*
        knuddel* umarm* kuss* kusschen alles-gute herzlich* bezaubern* charmant* feier* lohnt
        lohnenswert* vertrau* hoffnung* erleichter* gesund* wertvoll* best yeah yes endlich* liked
        fav fan fans drucke daumen sexy hot schick edel* legendar* episch* awesome great good
        gluckspilz freund freunde gefreut vermisst-nicht sonnig* besser* gerettet befreit lob lobt
        ideal* optimal* attraktiv* kreativ* klug* schlau* mutig* stark starke starkes starker
    """,
    1: """
        okay ok fair solide ordentlich* interess* willkommen* hoff hoffe hoffentlich wunsch*
        schnell* einfach-gut gunstig* neugier* motiviert* fit frisch* ruhig* bequem* sicher-gut
        ausgeschlafen gespannt chillig* chillen frieden* kostenlos* gratis gelobt lebt-hoch guten
        wochenende urlaub* geburtstag* geschenk* party sonne sonnenschein
    """,
    -1: """
        schade leider mude* anstrengend* teuer* langsam* laut* kalt* schwierig* schwer* vermiss*
        warten fehlt fehlen fehler* verspat* kompliziert* unklar* zweifel* verwirr* langweil* sorge*
        muss-weg problem* stress* kopfschmerz* montag verschwind* eng schmal zu-spat defekt*
        verboten kritik* kritisier* warn* bedenk* unruhig* hunger allein einsam* grau regen erkalt*
        keineswegs kaum vergebens umsonst naja seufz mimimi verwundet* risiko* gefahr*
    """,
    -2: """
        schlecht* doof* blod* dumm* nerv* argert arger argerlich* arger* traurig* trauer* enttausch*
        mies* langweilig* schlimm* angst* wutend* wut sauer hass* hasst hasse krank* schmerz* weh
        weint weinen heul* heult bose verlor* verlier* verlust* niederlage* scheiter* gescheitert*
        kaputt* gestorben stirbt sterben tot tote toter toten tod mord* morder* totet getotet*
        verletz* unfall* krieg* terror* gewalt* opfer* bedroh* brand anschlag* explosion*
        uberfall* betrug* betruger* luge* lugt lugen lugner* skandal* unverschamt* frech* unfair*
        ungerecht* peinlich* hasslich* dreckig* schmutzig* unfreundlich* unhoflich* inkompetent*
        nutzlos* sinnlos* wertlos* unzufrieden* reklam* beschwer* mangel* mangelhaft* ekel* eklig*
        widerlich* frust* gefrustet deprimi* depri verzweif* unglucklich* kotz* kotzt fail nein-danke
        idiot* spinner* trottel* depp* versag* unmog* unsinn quatsch schwachsinn* bloedsinn blodsinn
        lacherlich* armselig* ungluck* storend* stort gestort* lastig* abzock* uberteuert* nie-wieder
        schuld* kacke mist verdammt* verflucht* hilfe boah unertraglich* unnotig* verarsch*
        beleidig* rassis* nazi* faul* stinkt stink* leid leider-nicht mobbing hack* gehackt
    """,
    -3: """
        scheisse* scheiss* beschissen* kack* schrecklich* furchtbar* grauenhaft* grausam* entsetzlich*
        katastroph* horror* miserabel* abscheulich* arschloch* arsch wichser* fick* fuck* hurensohn*
        schlechteste* unterirdisch* drecks* zum-kotzen verabscheu* todlich* massaker* vergewaltig*
        saftladen frechheit unverschamtheit abartig* asozial* pervers* shit wtf
    """,
}

NEGATIONS = """
    nicht kein keine keinen keiner keinem keines nie niemals nichts ohne weder nix ned net nich
    noch-nie kaum
"""
BOOSTERS = """
    sehr so total voll extrem mega super echt wirklich absolut besonders unglaublich wahnsinnig
    verdammt richtig ultra uber hochst ausserst zutiefst komplett vollig ganz-schon sooo soo
"""
DAMPENERS = (
    "etwas bisschen wenig eher ziemlich relativ halbwegs einigermassen fast teilweise leicht"
)
CONTRASTS = "aber jedoch doch allerdings trotzdem dennoch sondern"
