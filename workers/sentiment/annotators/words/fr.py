"""French words of praise and blame, as they are used in short posts."""

VALENCES: dict[int, str] = {
    3: """
        adore adores adorons adorent adorable* excellent* parfait* genial* geniaux magnifique*
        superbe* fantastique* merveill* exceptionnel* formidable* incroyable* extraordinaire*
        sublime* splendide* meilleur* amour amoureux amoureuse aime-trop bravo felicitation* brillant*
        enchant* ravi ravie ravis epoustouf* fabuleu* impeccable* bluffant* remarquable* delicieu*
        heureux heureuse bonheur kiffe kiffer kif ouf-de-bien top magique* chef-d'oeuvre
    """,
    2: """
        grace croissance positif* positiv* propre proprement rapidement j'adore plaisirs delicat*
        epatant* sauve sauver gagnant* gagnants encouragent felicitons exploit excellents beautes
        remerci* bonjour coucou bienveill* ingenieu* prodig* passionn* hilar* triomph* soulag*
        bon bonne bons bonnes bien aime aimes aiment aimer aimerais beau belle beaux belles joli*
        super cool chouette* sympa* sympathique* gentil* agreable* merci mercis content* contents
        joie joyeu* plaisir* rire rires ris mdr* lol ptdr* haha* hihi* xd drole* amusant* marrant*
        reuss* succes gagn* victoire* champion* fier fiere fiers fierte* espoir* esper* optimis*
        interessant* passionnant* captivant* utile* pratique* efficace* facile* qualite*
        recommand* conseille satisf* confort* savoureu* bisou* calin* sourire* souri* hate
        chance* bienvenue cadeau* fete* feter anniversaire* vacances gratuit* ideal* innov*
         bienfait* benefi* progres* amelior* avance* accueillant* chaleureu* soutien*
        soutenir solidar* protege* proteger preserv* sauv* solution* favori* favorable* encourag*
        felicit* applaud* respect* inspir* courag* talent* creati* exemplaire* nice love
        happy yes youpi hourra fun doux douce tendre* genereu* sincere* honnet* intelligent* futé*
        delice* regal* regale emerveill* beaute* recompens* prix-d'excellence excellence vive bel
        economis* record-de-victoires tranquill* apais* zen reposant* seren*
        impressionn* motiv* celebr* avantag* atout* opportun* dynami* attracti* prometteu* ambiti*
        meilleure* mieux nickel canon gg
    """,
    1: """
        nouvelle-vie espere prometteur salue saluer lutter ameliorer favorise favoriser record
        creation creer rapide decouvrez rejoignez
        ok interess* nouveau-souffle soleil decouvr* initiative* pour-tous accessible*
        invite* partag* participer engage* action* sain saine frais fraiche calme*
        credible* correct* raisonnable* accord* offre* promo* gratuitement chaud
    """,
    -1: """
        panne pannes rejette suspension suspect* suspendu* acidification revolte* pire-en-pire
        accus* denonc* bloqu* manif greve greves conflit* plainte crainte* tension* recul*
        insuffisan* coute coupable* faillite urgence* pourquoi
        cher chere chers fatigu* lent lente lents difficile* manque* malheureusement dommage
        probleme* attente attendre attend retard* risque* danger* alert* froid pluie seul seule
        inquiet* inquiet* craint* craindre doute* stress* compliqu* critiqu* bof mouais moins
        lundi reveil bruit* faible* limite* polemique* soucis souci* jamais rien impossible*
        menac* perturb* debat hausse pollu* dechet* rechauffement secheresse*
    """,
    -2: """
        mort ras-le-bol abus* affame* agonis* asphyxi* braconn* chass* ecœurant ecoeur*
        escroquerie foutu* gaspill* horripil* inond* irrespect* lachete mafia magouill* miser*
        odieu* penible* pleurs pollueurs pourrir ravag* rage revolt* sabot* sang sinistr* tortur*
        tragique trist* vandal* sacrifi* tuerie
        mauvais* nul nuls nulle nulles triste* tristesse pleur* peur* colere* deteste* hais haine*
        enerv* agac* saoul* soul decu decus decue* decevant* deception* horrib* honte* honteu* moche*
        laid* stupide* idiot* debile* con conne cons connerie* betise* ridicul* lamentable*
        pathetique* insupport* chiant* chier chie relou* lourd pourri* degueu* degout* dego*
        sale sales salete* ennui* ennuy* mensonge* menteu* mentir ment mentent arnaqu* vol voleu*
        escroc* scandal* corrup* crise* chomage guerre* attentat* terror* morts morte* meurt
        mourir tue tuer tues meurtr* assassin* blesse* violen* viol agress* victime* accident*
        catastroph* drame* tragi* malade* maladie* douleur* mal souffr* souffrance* grave* pire pires
        echec* echou* perd perdre perdu perdus defaite* rate* rater erreur* faute* casse*
        defect* injust* raciste* racisme facho* facis* incompeten* inutile* inefficac* absurde*
        inadmissible* inaccept* intoler* indign* degrad* detrui* destruct* disparai* disparition*
        massacre* toxiq* nocif* nefast* empoisonn* contamin* cancer* condamn* echecs interdit*
        refus* fuite* hypocri* trahi* menace* desastr* marre galere* deprim* depress* angoiss*
        plaind* plainte* reproch* infect* malsain* decourag* desagre* desol* ruin* boycott*
        fiasco mepris* mediocre* cynis* pessimis* surtax* taxes nuisance* epuis* extinction* ecocide*
        effondr* sanction* mauvaise-foi nuis* grogn* malheur* regrett* gachis
        fraud* negligen* mauvaisef* pollueur* surpollu* asphyx* suffoq*
    """,
    -3: """
        merde* putain* pute* salop* connard* connasse* encul* bordel* fdp ntm atroce* horreur*
        abominable* execrable* degueulasse* immonde* ignoble* infame* catastrophe* catastrophique*
        epouvantable* affreu* terrible* cauchemar* desastreu* honteux degueulas* tg wtf fuck*
    """,
}

NEGATIONS = "pas ne n non ni jamais sans rien aucun aucune plus-jamais guere pa"
BOOSTERS = """
    tres trop vraiment tellement super hyper ultra extremement absolument totalement si grave
    carrement particulierement beaucoup vachement completement tout
"""
DAMPENERS = "peu assez plutot presque moyennement legerement relativement"
CONTRASTS = "mais cependant pourtant toutefois neanmoins"
