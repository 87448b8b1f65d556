import java.io.FileInputStream;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * Holds PDF files against the profiles of veraPDF. Arguments: profiles with commas between, then files. Prints, per
 * file and profile, a line that begins with PASS, FAIL or ERROR, then the rules that failed, indented.
 */
public class Check {
    public static void main(String[] arguments) throws Exception {
        java.util.logging.LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        for (int i = 1; i < arguments.length; i++) {
            for (String profile : arguments[0].split(",")) {
                check(PDFAFlavour.fromString(profile), profile, arguments[i]);
            }
        }
    }

    private static void check(PDFAFlavour flavour, String profile, String file) {
        try (InputStream in = new FileInputStream(file);
                PDFAParser parser = Foundries.defaultInstance().createParser(in, flavour);
                PDFAValidator validator =
                        Foundries.defaultInstance().createValidator(flavour, 10, false, true, false)) {
            ValidationResult result = validator.validate(parser);
            System.out.println((result.isCompliant() ? "PASS " : "FAIL ") + profile + " " + file);
            Map<String, Integer> failed = new LinkedHashMap<>();
            for (TestAssertion one : result.getTestAssertions()) {
                if (one.getStatus() == TestAssertion.Status.FAILED) {
                    failed.merge(
                            one.getRuleId().getClause() + "-" + one.getRuleId().getTestNumber() + " "
                                    + one.getMessage() + " @" + one.getLocation().getContext(),
                            1,
                            Integer::sum);
                }
            }
            failed.forEach((rule, count) -> System.out.println("  " + rule + " x" + count));
        } catch (Exception problem) {
            System.out.println("ERROR " + profile + " " + file + " " + problem);
        }
    }
}
