"""Spanish words of praise and blame, as they are used in short posts."""

VALENCES: dict[int, str] = {
    3: """
        amo amor amamos adoro adoramos encanta encantan encanto encantado encantada encantador*
        encantaron genial geniales increible* maravill* fantastic* excelen* perfect* espectacular*
        estupend* magnific* fabulos* precios* enamora* brillant* impresionante* fenomenal*
        insuperable* extraordinari* sensacional* mejor mejores feliz felices felicidad* felicit*
        fascina* delicios* inmejorable* hermos* bellisim* guapisim* buenisim* lindisim* divin*
    """,
    2: """
        gran eres-grande crack estupendo superguay buenardo guapo guapa ganas deseando besazos
        quererte quiero-verte corazon preciosidad maja majo majos ideal besis bonic* aprobado
        aprobada consegui conseguido disfrute viaje contigo familia cine suena-bien mejorate
        bueno buena buenos buenas buen bien gusta gustan gustaba gusto gustado gustaria gracias
        bonit* lind* guap* bell* alegr* content* divertid* diversion risa risas rei reir rio jaja*
        jeje* jiji* xd xdd* jajaj* haha* lol disfrut* recomiend* recomendable* agradec* abrazo* beso*
        besitos besazo cariño* carin* querid* quiero-mucho suerte exito* gano gana ganar ganamos
        ganado victoria* campeon* orgull* emocion* ilusion* ilusionad* interesante* amable* simpatic*
        comod* limpi* util utiles facil rapid* calidad acierto bravo ole enhorabuena cumple
        cumpleaños cumpleanos bendicion* bendecid* esperanza* sonris* sonrie* sonreir tranquil* paz
        placer agradable* motiva* ayuda* mola molan molo molaria flipante* chulo chula chulos chulas
        chulada guay guays crack cracks fan favorit* apoyo apoyar grande grandes grandioso
        valiente* honest* inteligente* talento* rico rica riquisim* top love happy bienvenid* acertad*
        merec* animo animos animate dulce* tierno tierna ternura amig* fiesta* celebra* vacaciones
        viva bendito gozo gozar entretenid* honor privilegio respeto respet* admir* aplau* graci*
        buenazo precioso optimis* solidari* libre libertad preciosidad cuqui mona mono monada sexy
        positiv* yeah yay buenos-dias encantadisim* apetece ganazas deseando
    """,
    1: """
        vale ok interes* espero ojala nuevo-record gratis oferta* sol playa aprob* aprend*
        lograr logro* logramos logrado avance* mejora* mejoro consegu* salud fuerte sueno-cumplido
        curios* relax relaja* regalo* listo lista esperemos fresc*
    """,
    -1: """
        demasiado deberia deberian necesito entiendo pa-que ni culpa horas verguenza dejan deja-de
        colapso llego-tarde madrugar aguanto
        cansad* cansancio sueno car* lento lenta lentos dificil* falta faltan extrano echo-de-menos
        problema* duda* dudo lluvia calor frio tarde lunes solo sola espera esperando examen* pero
        complicad* perdon lastima lamentablemente desgraciadamente pena nervios* estres* ruid*
        preocup* critic* ningun culpa nada nunca tampoco jamas aunque menos dejar dejado cuesta
        pereza aburr* hambre raro rara cola retras* no sin
    """,
    -2: """
        pobre pobres quejo aguantar penoso robado robaron ladrones mentiras malestar mareo fiebre
        vomitar ampollas despedido morirse cabreo cabrea coraje lloro llora llore hundid* rota
        dolorid* borde borrach* gripe resfriad* sangre gilipollez pesados pringad* payaso payasos
        pijo capullo sinverguenza* verguenz* mosque* cansina cansino
        mal mala malo malos malas maldit* triste* tristeza llor* odio odia* odiar asco ascos*
        asquero* molest* enfad* enoja* cabread* cabrea* rabia furios* decep* fatal feo fea feos feas
        tont* idiot* estupid* imbecil* inutil* ridicul* verguenza* vergonz* miedo* terror* dolor
        duele duelen dolio dolores enferm* muert* muere mueren morir morirme muero mato matar mata
        matan asesin* guerra* violencia viola violador* violacion* ataque* atenta* accidente*
        victima* crisis corrup* robar robo robos roban ladron* mentir* mentira* mentiros* engan*
        estafa* fraude* perder pierd* perdi perdido* perdimos derrota* fracas* fallo falla fallan
        error* injust* injusticia pesim* peor peores horror suspend* suspenso castig* soport*
        insoportable* incapaz* incompeten* inepto* hipocrit* cinic* insult* racis* machis* facha*
        fascis* dictad* golpe abus* queja* quejar* reclam* basur* cutre* porqueria chung*
        agobi* ansiedad depre* depri* deprim* angusti* desastre* desesper* desgraci* indigna*
        indign* amenaza* bronca* harto harta hartos hartas joder jode jodid* joda coño cono cojones
        hostia* maldad cruel* sufr* solo-y-triste fracaso pesad* pesadilla* penos* patetic*
        lamentable* recort* despid* desahuci* paro golpist* inmoral* verguenza ajena llanto llorando
        cagada cago cagar cagad* pelea* culpable* sancion* trampa* tramposo* loco-de negativ*
        preso carcel podrid* sucio sucia* roto rota rompe averia* estropea* imposible grosero* vomit*
    """,
    -3: """
        mierda* puta puto putos putas putada* hijueputa hijoputa hijodeputa gilipoll* cabron*
        horribl* terribl* espantos* asquerosid* repugn* detest* nefast* malisim* desastros*
        vomitiv* masacre* genocid* pendej* cabrones joderme mierdas pinche culer* hdp wtf
    """,
}

NEGATIONS = "no nunca jamas ni sin tampoco nada ningun ninguna ninguno nadie apenas"
BOOSTERS = """
    muy mucho mucha muchas muchos tan tanto tanta super mega demasiado realmente totalmente
    absolutamente increiblemente extremadamente bastante mas re
"""
DAMPENERS = "poco algo casi medio ligeramente regular"
CONTRASTS = "pero aunque sin-embargo sino"
