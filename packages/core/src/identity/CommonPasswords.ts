/**
 * Passwords, and words that passwords are made of, which everybody who guesses tries first; among them the words of
 * this trade. In lower case, with the usual replacements of letters undone (`p@ssw0rd` is `password`).
 */
export const commonPasswords: ReadonlySet<string> = new Set(`
password passwords passwort passw password1 passwd passcode passphrase mypassword newpassword thepassword yourpassword
motdepasse contrasena contrasenia senha senhas parola haslo lozinka wachtwoord losenord salasana heslo jelszo sifre
parole kennwort geheim geheimnis secret secrets topsecret letmein letmeinnow openup opensesame sesame welcome
welcomeback willkommen bienvenue bienvenido benvenuto changeme changeit changethis changenow default defaultpassword
temporary temppass temp tempo trustno trustnoone nopassword noentry enter entrance access accessdenied accessgranted
login logon loginlogin signin signup register member members guest guests user users username usuario benutzer
root toor admin admins adminadmin administrator administrateur administrador sysadmin superuser superadmin webmaster
webadmin master masterkey masterpass manager operator support service services helpdesk office company business
security secure secured private personal internet intranet network server computer laptop desktop windows microsoft
macbook android samsung nokia iphone google gmail yahoo hotmail outlook facebook twitter instagram youtube linkedin
netflix spotify amazon ebay paypal paystack stripe flutterwave shopify medusa saleor vendure magento woocommerce
stoa store stores shop shops shopping webshop webstore onlineshop onlinestore eshop ecommerce commerce checkout
cart carts basket order orders payment payments customer customers merchant merchants seller sellers vendor vendors
product products catalog catalogue inventory warehouse invoice invoices discount coupon promo refund delivery
shipping market marketplace buyer sales sale retail cashier money dollar dollars euro bitcoin crypto wallet
qwerty qwertz azerty qwert qwertyui qwertyuiop qwertzuiop azertyuiop qweasd qweasdzxc qwerasdf qwerasdfzxcv
qwerqwer qwertyqwerty asdf asdfgh asdfghj asdfghjk asdfghjkl asdfasdf zxcv zxcvb zxcvbn zxcvbnm qazwsx qazwsxedc
qazqaz wsxedc edcrfv poiuytrewq lkjhgfdsa mnbvcxz poiuyt trewq ytrewq iopjkl dvorak keyboard tastatur
abcd abcde abcdef abcdefg abcdefgh abcdefghi abcdefghij abcabc abcxyz aabbcc aaaa aaaaa aaaaaa xxxx xxxxxx zzzz
qqqq wwww dddd ffff ssss abba asdasd asd zxczxc qwe qweqwe test testing tester testtest testuser testpass teste
tests demo demodemo sample example trial dummy foobar foobarbaz hello hellohello helloworld hallo hallohallo bonjour
hola ciao salut goodbye goodmorning goodnight thankyou please whatever whatsup nothing something anything everything
iloveyou iloveu ilovehim iloveher ilovegod ilovejesus ilovemyself ilovemom ilovemusic loveyou loveme loveyoubaby
love lovelove lover lovers loveable lovely truelove mylove sweetlove forever foreverlove always together family
mother father mommy daddy mama papa mamma mamapapa brother sister baby babygirl babyboy honey honeybunny sweetie
sweetheart sweety darling angel angels angelina angelo heaven jesus jesuschrist christ christian church blessed
blessing faith hope godisgood godblessme believe prince princess queen king kingdom knight
sunshine sunflower sunny moonlight moon stars starlight star rainbow summer winter spring autumn season january
february march april june july august september october november december monday tuesday wednesday thursday friday
saturday sunday holiday vacation birthday christmas halloween easter newyear snowball snowman snowflake thunder
lightning storm hurricane tornado volcano ocean river mountain island beach flower flowers rose roses tulip daisy
lily orchid violet jasmine cherry apple apples orange banana bananas lemon strawberry blueberry mango peach peaches
cookie cookies chocolate candy candies sugar honeymoon cupcake pancake cheese cheesecake pizza hamburger burger
pepper peppers ginger coffee coffeebean cocacola pepsi whiskey vodka tequila guinness heineken budweiser marlboro
monkey monkeys dragon dragons dragonfly dragonball tiger tigers tigger lion lions panther panthers eagle eagles
falcon falcons hawk hawks wolf wolves wolfgang bear bears panda pandabear rabbit bunny kitty kitten kittycat hellokitty
puppy puppydog doggy doggie dog dogs cat cats catdog horse horses pony ponies dolphin dolphins shark sharks whale
turtle turtles penguin penguins chicken ducks buffalo elephant giraffe cheetah leopard jaguar cougar bulldog bulldogs
mustang mustangs ferrari porsche mercedes corvette camaro chevrolet chevy toyota honda hondacivic nissan mazda subaru
yamaha kawasaki suzuki harley harleydavidson ducati bmw audi volvo volkswagen lamborghini maserati jeep truck
football futbol fussball soccer baseball basketball hockey tennis golf golfer golfing volleyball rugby cricket
boxing wrestling karate kungfu skate skateboard snowboard surfer surfing swimming running runner cycling fishing
hunter hunting champion champions winner winners victory player players playboy playstation nintendo xbox gamer
gaming games minecraft fortnite roblox pokemon pikachu zelda mario luigi sonic tetris warcraft starcraft
counterstrike halflife doom quake diablo starwars startrek skywalker lukeskywalker darthvader yoda jedi matrix
superman batman spiderman ironman hulk wolverine deadpool avengers captain captainamerica joker robin catwoman
naruto sasuke goku vegeta onepiece sailormoon godzilla kingkong terminator predator rambo rocky bond jamesbond
gandalf frodo aragorn legolas hobbit lordoftherings harrypotter hermione dumbledore hogwarts simpsons homer bart
snoopy garfield mickey mickeymouse minnie donald goofy pluto bambi dumbo nemo simba pooh winnie barbie tinkerbell
cinderella snowwhite elmo scooby scoobydoo shrek popeye bugsbunny tweety
liverpool arsenal chelsea manchester manutd manunited mancity everton tottenham barcelona realmadrid madrid juventus
milan intermilan bayern bayernmunich borussia dortmund schalke hamburg werder ajax benfica porto sporting boca
riverplate flamengo corinthians palmeiras santos celtic rangers lakers yankees redsox cubs cowboys steelers packers
raiders dodgers giants broncos patriots chargers vikings bulls warriors
michael michelle jennifer jessica ashley amanda nicole daniel danielle andrew matthew joshua anthony robert thomas
charlie charles george jordan jordan23 taylor hannah samantha sophie sophia olivia emily emma isabella victoria
elizabeth alexander alexandra alexis alex william benjamin jonathan nathan nicholas christopher christine christina
patrick patricia richard steven stephen kevin brian justin brandon jason joseph joshua james jackson johnson
martin maria mariana marie mary margaret martha laura lauren linda lisa louise lucy barbara rebecca rachel sarah
sandra susan melissa monica natalie natasha katherine kimberly heather maggie molly buster bailey buddy shadow
maverick ranger hunter2 hammer harley1 killer killers silver golden gold diamond diamonds crystal platinum copper
scorpion scorpio aries taurus gemini cancer virgo libra sagittarius capricorn aquarius pisces phoenix griffin
america american usa england london london1 scotland ireland france paris germany deutschland berlin muenchen
hamburg1 austria switzerland italy italia spain espana portugal brazil brasil mexico colombia argentina canada
toronto australia sydney newyork newyorkcity california losangeles lasvegas florida texas dallas chicago boston
nigeria lagos abuja naija ghana accra kenya nairobi africa southafrica egypt india mumbai pakistan china beijing
japan tokyo korea russia moscow ukraine poland polska turkey istanbul galatasaray fenerbahce besiktas
metallica nirvana acdc slipknot linkinpark eminem tupac rihanna beyonce shakira madonna elvis beatles music guitar
piano drummer dancer dancing singer rockstar rockandroll rocknroll punkrock hiphop metal heavymetal
freedom liberty justice peace warrior soldier army marine marines navy airforce police sheriff doctor nurse
teacher student school college university engineer lawyer pilot pirate pirates ninja ninjas samurai viking gladiator
spartan spartans titan titans trojan trojans zombie zombies vampire vampires ghost ghosts demon devil satan lucifer
monster monsters creature magic magical magician merlin wizard fantasy mystery destiny legend legends hero heroes
sexy sexygirl hottie cutie beautiful pretty gorgeous handsome perfect awesome amazing fantastic wonderful excellent
lucky lucky7 luckyone success happy happiness smile smiley crazy crazyboy stupid idiot loser asshole bitch bastard
fuck fucker fuckyou fuckoff fuckme shit bullshit pussy dick cock boobs tits penis
blink182 ncc1701 ncc1701d rush2112 apollo13 area51 agent007 bond007 thx1138 pa55word pa55w0rd passw0rd p4ssword
abc123 abcd1234 a1b2c3 a1b2c3d4 a1b2c3d4e5 1a2b3c 1a2b3c4d 1q2w3e 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx
1qaz2wsx3edc 1qazxsw2 zaq12wsx zaq1zaq1 zaq1xsw2 qaz123wsx 123qwe 123qweasd 123qwe123 1234qwer 12345qwert q1w2e3
q1w2e3r4 q1w2e3r4t5 qwe123 qwer1234 qwerty123456 asdf1234 asd123 zxc123 zxcv1234 zxcvbnm123 123abc 1234abcd 12341234
123123 123123123 12312312 123321 1234321 123454321 123456654321 1234554321 112233 11223344 1122334455 111222
111222333 121212 12121212 131313 13131313 123654 123654789 147258 147258369 741852963 789456123 159753 159357
15935746 951753 963852741 987654 987654321 9876543210 87654321 0123456789 01234567 012345678 1234567890 123456789
12345678 147852369 321654987 456789 456123 741852 102030 10203040 1020304050 20202020 24681012 13579 1357924680
246810 2468 314159 31415926 27182818 42424242 69696969 696969 7777777 77777777 88888888 8675309 90210 5201314
52013140 woaini woaini1314 1314520 a123456 a12345678 a123456789 aa123456 aa12345678 qq123456 abc12345 abc123456
asdfjkl asdfjkl1 onetwothree onetwothreefour fourfive nineinchnails correcthorsebatterystaple
`.split(/\s+/).filter((word) => word.length > 0))
