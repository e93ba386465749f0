package dev.waxwing.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.waxwing.error.WaxwingException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What the module shows. The compiler cannot tell: it sees the test kit inside the module, whereas users get it as a
 * second jar, for which every inner package that it uses must be exported by name.
 */
final class ModuleExportsTest {

    private static final String TEST_KIT = "dev.waxwing.testkit";

    private final ModuleDescriptor module = readModule();

    @Test
    void givenThePackagesForUsers_whenTheModuleIsRead_thenAllAreExportedAndNoInnerOneIs() {
        Set<String> forUsers = importLibrary().stream()
                .map(type -> type.getPackageName())
                .filter(name -> !name.startsWith("dev.waxwing.internal."))
                .filter(name -> !name.startsWith(TEST_KIT) && !name.startsWith("dev.waxwing.examples"))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> exported = module.exports().stream()
                .filter(export -> !export.isQualified() && !export.source().startsWith("dev.waxwing.proto."))
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(exported).isEqualTo(forUsers);
    }

    @Test
    void givenThePackagesThatTheTestKitUses_whenTheModuleIsRead_thenTheTestKitMayUseThem() {
        Set<String> used = importLibrary().stream()
                .filter(type -> type.getPackageName().startsWith(TEST_KIT))
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .map(dependency ->
                        dependency.getTargetClass().getBaseComponentType().getPackageName())
                .filter(name -> name.startsWith("dev.waxwing") && !name.startsWith(TEST_KIT))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> open = module.exports().stream()
                .filter(export -> !export.isQualified() || export.targets().contains(TEST_KIT))
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(open).containsAll(used);
    }

    private static JavaClasses importLibrary() {
        return new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(new LayerRulesTest.WithoutGeneratedMessages())
                .withImportOption(new LayerRulesTest.WithoutTestSupport())
                .importPackages("dev.waxwing");
    }

    private static ModuleDescriptor readModule() {
        try {
            // By place: several modules on the class path have a module-info, and the JDK's come first.
            Path classes = Path.of(WaxwingException.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return ModuleFinder.of(classes).find("dev.waxwing").orElseThrow().descriptor();
        } catch (URISyntaxException e) {
            throw new AssertionError("the library's classes have no path", e);
        }
    }
}
