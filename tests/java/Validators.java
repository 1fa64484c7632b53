import com.adobe.epubcheck.tool.EpubChecker;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.Rule;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.profiles.Variable;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * EPUBCheck and veraPDF for as many files as they are asked for, in one process: starting Java and
 * reading the profiles takes longer than most files.
 *
 * In: "epub" or the name of a flavour (2a, ua1), a file, and the report to write, a line each, again
 * and again. Out: a line "done" for each. EPUBCheck's report is JSON; veraPDF's has in its first
 * line the number of checks, then a line for each rule that failed: clause-test, how often, what.
 */
public class Validators {
    private static final Map<String, ValidationProfile> PROFILES = new LinkedHashMap<>();

    public static void main(String[] none) throws IOException {
        PrintStream answers = System.out;
        System.setOut(System.err);
        Logger.getLogger("").setLevel(Level.SEVERE);
        VeraGreenfieldFoundryProvider.initialise();
        BufferedReader asked =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String kind = asked.readLine(); kind != null; kind = asked.readLine()) {
            String file = asked.readLine();
            String report = asked.readLine();
            try {
                if (kind.equals("epub")) {
                    new EpubChecker().run(new String[] {file, "-q", "-u", "--json", report});
                } else {
                    Files.write(Path.of(report), validate(kind, file), StandardCharsets.UTF_8);
                }
            } catch (Exception broken) {
                broken.printStackTrace();
            }
            answers.println("done");
            answers.flush();
        }
    }

    private static List<String> validate(String name, String file) throws Exception {
        PDFAFlavour flavour = PDFAFlavour.byFlavourId(name);
        if (!PROFILES.containsKey(name)) {
            PROFILES.put(name, profile(flavour));
        }
        try (FileInputStream stream = new FileInputStream(file);
                PDFAParser parser =
                    Foundries.defaultInstance().createParser(stream, flavour, flavour);
                PDFAValidator validator =
                    Foundries.defaultInstance().createValidator(PROFILES.get(name), false)) {
            ValidationResult result = validator.validate(parser);
            Map<String, Integer> counts = new LinkedHashMap<>();
            Map<String, String> first = new LinkedHashMap<>();
            for (TestAssertion test : result.getTestAssertions()) {
                if (test.getStatus() == TestAssertion.Status.FAILED) {
                    String rule =
                        test.getRuleId().getClause() + "-" + test.getRuleId().getTestNumber();
                    counts.merge(rule, 1, Integer::sum);
                    first.putIfAbsent(
                        rule, test.getMessage() + " @ " + test.getLocation().getContext());
                }
            }
            List<String> lines = new ArrayList<>();
            lines.add(String.valueOf(result.getTotalAssertions()));
            for (String rule : counts.keySet()) {
                String what = first.get(rule).replaceAll("\\s+", " ");
                lines.add(rule + "\t" + counts.get(rule) + "\t" + what);
            }
            if (!result.isCompliant() && counts.isEmpty()) {
                lines.add("none\t1\tnot compliant, without a rule");
            }
            return lines;
        }
    }

    /**
     * The profile of a flavour, read by the plain parser of XML: the jar lacks what its own reader
     * of profiles needs.
     */
    private static ValidationProfile profile(PDFAFlavour flavour) throws Exception {
        String id = flavour.getId().toUpperCase();
        String name = id.startsWith("UA") ? "PDFUA-" + id.substring(2) : "PDFA-" + id;
        String path = "/org/verapdf/pdfa/validation/" + name + ".xml";
        Element root =
            DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(Validators.class.getResourceAsStream(path))
                .getDocumentElement();
        Set<Rule> rules = new HashSet<>();
        for (Element rule : elements(root, "rule")) {
            Element number = elements(rule, "id").get(0);
            String deferred = rule.getAttribute("deferred");
            rules.add(
                Profiles.ruleFromValues(
                    Profiles.ruleIdFromValues(
                        PDFAFlavour.Specification.valueOf(number.getAttribute("specification")),
                        number.getAttribute("clause"),
                        Integer.parseInt(number.getAttribute("testNumber"))),
                    rule.getAttribute("object"),
                    deferred.isEmpty() ? null : Boolean.valueOf(deferred),
                    rule.getAttribute("tags"),
                    text(rule, "description"),
                    text(rule, "test"),
                    Profiles.errorFromValues(text(rule, "message"), Collections.emptyList()),
                    Collections.emptyList()));
        }
        Set<Variable> variables = new HashSet<>();
        for (Element variable : elements(root, "variable")) {
            variables.add(
                Profiles.variableFromValues(
                    variable.getAttribute("name"),
                    variable.getAttribute("object"),
                    text(variable, "defaultValue"),
                    text(variable, "value")));
        }
        return Profiles.profileFromValues(
            flavour,
            Profiles.profileDetailsFromValues(name, "", "", new Date()),
            "",
            rules,
            variables);
    }

    private static List<Element> elements(Element parent, String name) {
        NodeList found = parent.getElementsByTagName(name);
        List<Element> result = new ArrayList<>();
        for (int index = 0; index < found.getLength(); index++) {
            result.add((Element) found.item(index));
        }
        return result;
    }

    private static String text(Element parent, String name) {
        List<Element> found = elements(parent, name);
        return found.isEmpty() ? "" : found.get(0).getTextContent();
    }
}
