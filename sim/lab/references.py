"""The bibliography: every work that a rule or a parameter names, under the name by which it is cited.

A work without a DOI is one whose number was not checked against a catalogue.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Work:
    """One entry, in the order in which it is printed."""

    authors: str
    year: int
    title: str
    where: str
    doi: str = ""

    def __str__(self) -> str:
        link = f" https://doi.org/{self.doi}" if self.doi else ""
        return f"{self.authors} ({self.year}). {self.title} {self.where}.{link}"


WORKS: dict[str, Work] = {
    "Aral & Walker 2011": Work("Aral, S., Walker, D.", 2011, "Creating social contagion through viral product design: a randomized trial of peer influence in networks.", "Management Science 57(9), 1623-1639"),
    "Barabási & Albert 1999": Work("Barabási, A.-L., Albert, R.", 1999, "Emergence of scaling in random networks.", "Science 286(5439), 509-512"),
    "Batagelj & Brandes 2005": Work("Batagelj, V., Brandes, U.", 2005, "Efficient generation of large random networks.", "Physical Review E 71, 036113"),
    "Batagelj & Zaversnik 2003": Work("Batagelj, V., Zaversnik, M.", 2003, "An O(m) algorithm for cores decomposition of networks.", "arXiv cs/0310049"),
    "Blanken et al. 2015": Work("Blanken, I., van de Ven, N., Zeelenberg, M.", 2015, "A meta-analytic review of moral licensing.", "Personality and Social Psychology Bulletin 41(4), 540-558"),
    "Bradley et al. 2018": Work("Bradley, A., Lawrence, C., Ferguson, E.", 2018, "Does observability affect prosociality?", "Proceedings of the Royal Society B 285, 20180116", "10.1098/rspb.2018.0116"),
    "CAT Lab 2020": Work("Matias, J. N., and colleagues (CAT Lab)", 2020, "The diffusion and influence of gratitude expressions in large-scale cooperation: a field experiment in four knowledge networks.", "Report of the Citizens and Technology Lab"),
    "Centola & Macy 2007": Work("Centola, D., Macy, M.", 2007, "Complex contagions and the weakness of long ties.", "American Journal of Sociology 113(3), 702-734"),
    "Centola et al. 2018": Work("Centola, D., Becker, J., Brackbill, D., Baronchelli, A.", 2018, "Experimental evidence for tipping points in social convention.", "Science 360(6393), 1116-1119"),
    "Chancellor et al. 2018": Work("Chancellor, J., Margolis, S., Jacobs Bao, K., Lyubomirsky, S.", 2018, "Everyday prosociality in the workplace: the reinforcing benefits of giving, getting, and glimpsing.", "Emotion 18(4), 507-517"),
    "Cheng et al. 2017": Work("Cheng, J., Bernstein, M., Danescu-Niculescu-Mizil, C., Leskovec, J.", 2017, "Anyone can become a troll: causes of trolling behavior in online discussions.", "Proceedings of the ACM Conference on Computer Supported Cooperative Work and Social Computing, 1217-1230", "10.1145/2998181.2998213"),
    "Curry et al. 2018": Work("Curry, O. S., Rowland, L. A., Van Lissa, C. J., Zlotowitz, S., McAlaney, J., Whitehouse, H.", 2018, "Happy to help? A systematic review and meta-analysis of the effects of performing acts of kindness on the well-being of the actor.", "Journal of Experimental Social Psychology 76, 320-329"),
    "Efraimidis & Spirakis 2006": Work("Efraimidis, P. S., Spirakis, P. G.", 2006, "Weighted random sampling with a reservoir.", "Information Processing Letters 97(5), 181-185"),
    "Erdős & Rényi 1959": Work("Erdős, P., Rényi, A.", 1959, "On random graphs I.", "Publicationes Mathematicae Debrecen 6, 290-297"),
    "Gilbert 1959": Work("Gilbert, E. N.", 1959, "Random graphs.", "Annals of Mathematical Statistics 30(4), 1141-1144"),
    "Goel et al. 2016": Work("Goel, S., Anderson, A., Hofman, J., Watts, D. J.", 2016, "The structural virality of online diffusion.", "Management Science 62(1), 180-196", "10.1287/mnsc.2015.2158"),
    "Granovetter 1978": Work("Granovetter, M.", 1978, "Threshold models of collective behavior.", "American Journal of Sociology 83(6), 1420-1443"),
    "Gray et al. 2014": Work("Gray, K., Ward, A. F., Norton, M. I.", 2014, "Paying it forward: generalized reciprocity and the limits of generosity.", "Journal of Experimental Psychology: General 143(1), 247-254", "10.1037/a0031047"),
    "Grimm et al. 2020": Work("Grimm, V., Railsback, S. F., Vincenot, C. E., Berger, U., Gallagher, C., DeAngelis, D. L., and colleagues", 2020, "The ODD protocol for describing agent-based and other simulation models: a second update to improve clarity, replication, and structural realism.", "Journal of Artificial Societies and Social Simulation 23(2), 7", "10.18564/jasss.4259"),
    "Holland et al. 1983": Work("Holland, P. W., Laskey, K. B., Leinhardt, S.", 1983, "Stochastic blockmodels: first steps.", "Social Networks 5(2), 109-137"),
    "Jung et al. 2020": Work("Jung, H., Seo, E., Han, E., Henderson, M. D., Patall, E. A.", 2020, "Prosocial modeling: a meta-analytic review and synthesis.", "Psychological Bulletin 146(8), 635-663", "10.1037/bul0000235"),
    "Karimi et al. 2018": Work("Karimi, F., Génois, M., Wagner, C., Singer, P., Strohmaier, M.", 2018, "Homophily influences ranking of minorities in social networks.", "Scientific Reports 8, 11077"),
    "Katsaros et al. 2022": Work("Katsaros, M., Yang, K., Fratamico, L.", 2022, "Reconsidering tweets: intervening during tweet creation decreases offensive content.", "Proceedings of the International AAAI Conference on Web and Social Media 16"),
    "Kempe et al. 2003": Work("Kempe, D., Kleinberg, J., Tardos, É.", 2003, "Maximizing the spread of influence through a social network.", "Proceedings of the ACM SIGKDD Conference on Knowledge Discovery and Data Mining, 137-146"),
    "Kermack & McKendrick 1927": Work("Kermack, W. O., McKendrick, A. G.", 1927, "A contribution to the mathematical theory of epidemics.", "Proceedings of the Royal Society A 115(772), 700-721"),
    "Kitsak et al. 2010": Work("Kitsak, M., Gallos, L. K., Havlin, S., Liljeros, F., Muchnik, L., Stanley, H. E., Makse, H. A.", 2010, "Identification of influential spreaders in complex networks.", "Nature Physics 6, 888-893"),
    "Kramer et al. 2014": Work("Kramer, A. D. I., Guillory, J. E., Hancock, J. T.", 2014, "Experimental evidence of massive-scale emotional contagion through social networks.", "Proceedings of the National Academy of Sciences 111(24), 8788-8790"),
    "Kristofferson et al. 2014": Work("Kristofferson, K., White, K., Peloza, J.", 2014, "The nature of slacktivism: how the social observability of an initial act of token support affects subsequent prosocial action.", "Journal of Consumer Research 40(6), 1149-1166"),
    "Kuper & Bott 2019": Work("Kuper, N., Bott, A.", 2019, "Has the evidence for moral licensing been inflated by publication bias?", "Meta-Psychology 3"),
    "Lacetera et al. 2016": Work("Lacetera, N., Macis, M., Mele, A.", 2016, "Viral altruism? Charitable giving and social contagion in online networks.", "Sociological Science 3, 202-238"),
    "Lanaj et al. 2016": Work("Lanaj, K., Johnson, R. E., Wang, M.", 2016, "When lending a hand depletes the will: the daily costs and benefits of helping.", "Journal of Applied Psychology 101(8), 1097-1110", "10.1037/apl0000118"),
    "Lindström et al. 2021": Work("Lindström, B., Bellander, M., Schultner, D. T., Chang, A., Tobler, P. N., Amodio, D. M.", 2021, "A computational reward learning account of social media engagement.", "Nature Communications 12, 1311", "10.1038/s41467-020-19607-x"),
    "Muchnik et al. 2013": Work("Muchnik, L., Aral, S., Taylor, S. J.", 2013, "Social influence bias: a randomized experiment.", "Science 341(6146), 647-651", "10.1126/science.1240466"),
    "Mujcic & Leibbrandt 2018": Work("Mujcic, R., Leibbrandt, A.", 2018, "Indirect reciprocity and prosocial behaviour: evidence from a natural field experiment.", "The Economic Journal 128(611), 1683-1699"),
    "Newman & Girvan 2004": Work("Newman, M. E. J., Girvan, M.", 2004, "Finding and evaluating community structure in networks.", "Physical Review E 69, 026113"),
    "Newman 2003": Work("Newman, M. E. J.", 2003, "Mixing patterns in networks.", "Physical Review E 67, 026126"),
    "Newman 2010": Work("Newman, M. E. J.", 2010, "Networks: an introduction.", "Oxford University Press"),
    "Ni et al. 2014": Work("Ni, M. Y., Chan, B. H. Y., Leung, G. M., Lau, E. H. Y., Pang, H.", 2014, "Transmissibility of the Ice Bucket Challenge among globally influential celebrities: retrospective cohort study.", "BMJ 349, g7185"),
    "Niv et al. 2007": Work("Niv, Y., Daw, N. D., Joel, D., Dayan, P.", 2007, "Tonic dopamine: opportunity costs and the control of response vigor.", "Psychopharmacology 191(3), 507-520"),
    "Rescorla & Wagner 1972": Work("Rescorla, R. A., Wagner, A. R.", 1972, "A theory of Pavlovian conditioning: variations in the effectiveness of reinforcement and nonreinforcement.", "In: Black, A. H., Prokasy, W. F. (eds), Classical Conditioning II, 64-99. Appleton-Century-Crofts"),
    "Restivo & van de Rijt 2012": Work("Restivo, M., van de Rijt, A.", 2012, "Experimental study of informal rewards in peer production.", "PLoS ONE 7(3), e34358"),
    "Salmon et al. 2011": Work("Salmon, J. K., Moraes, M. A., Dror, R. O., Shaw, D. E.", 2011, "Parallel random numbers: as easy as 1, 2, 3.", "Proceedings of the International Conference for High Performance Computing, Networking, Storage and Analysis (SC '11)", "10.1145/2063384.2063405"),
    "Sellke 1983": Work("Sellke, T.", 1983, "On the asymptotic distribution of the size of a stochastic epidemic.", "Journal of Applied Probability 20(2), 390-394"),
    "Suri & Watts 2011": Work("Suri, S., Watts, D. J.", 2011, "Cooperation and contagion in web-based, networked public goods experiments.", "PLoS ONE 6(3), e16836", "10.1371/journal.pone.0016836"),
    "Tsvetkova & Macy 2014": Work("Tsvetkova, M., Macy, M. W.", 2014, "The social contagion of generosity.", "PLoS ONE 9(2), e87275", "10.1371/journal.pone.0087275"),
    "Turner et al. 2025": Work("Turner, G., Gunschera, L. J., Subrahmanya, S., and colleagues", 2025, "A computational model of reward learning and habits on social media.", "Accepted by Nature Communications"),
    "Watts & Strogatz 1998": Work("Watts, D. J., Strogatz, S. H.", 1998, "Collective dynamics of 'small-world' networks.", "Nature 393, 440-442"),
    "Watts 2002": Work("Watts, D. J.", 2002, "A simple model of global cascades on random networks.", "Proceedings of the National Academy of Sciences 99(9), 5766-5771"),
    "Wu & Huberman 2007": Work("Wu, F., Huberman, B. A.", 2007, "Novelty and collective attention.", "Proceedings of the National Academy of Sciences 104(45), 17599-17601", "10.1073/pnas.0704916104"),
    "Young 1993": Work("Young, H. P.", 1993, "The evolution of conventions.", "Econometrica 61(1), 57-84"),
    "van Apeldoorn & Schram 2016": Work("van Apeldoorn, J., Schram, A.", 2016, "Indirect reciprocity; a field experiment.", "PLoS ONE 11(4), e0152076", "10.1371/journal.pone.0152076"),
}  # fmt: skip

_NAME = r"(?:van (?:de )?)?[A-ZÀ-Þ][A-Za-zÀ-ž-]+"
_CITED = re.compile(rf"(?:CAT Lab|{_NAME}(?: et al\.| & {_NAME})?),? (?:19|20)\d\d\b")


def cited(text: str) -> list[str]:
    """Names of the works that a text cites, in order, each once; also those that the bibliography lacks.

    A short form is allowed: "Bradley 2018" stands for "Bradley et al. 2018".
    """
    found = (match.group().replace(",", "") for match in _CITED.finditer(" ".join(text.split())))
    return list(dict.fromkeys(_full(name) for name in found))


def _full(name: str) -> str:
    first, _, year = name.rpartition(" ")
    return name if name in WORKS or f"{first} et al. {year}" not in WORKS else f"{first} et al. {year}"


def printed(names: list[str]) -> list[str]:
    """The entries of these works, in alphabetical order; what the bibliography lacks may be no work at all ("May 2020")."""
    return sorted({str(WORKS[name]) for name in names if name in WORKS}, key=str.casefold)
