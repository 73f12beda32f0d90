package dev.postern.e2e;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;

/** One slice a module; what is not ours belongs to none. */
final class ModuleSlices implements SliceAssignment {

    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
        String name = type.getPackageName();
        if (!name.startsWith("dev.postern.")) {
            return SliceIdentifier.ignore();
        }
        boolean protocol = name.startsWith("dev.postern.signaling.protocol");
        return SliceIdentifier.of(protocol ? "signaling.protocol" : name.split("\\.", -1)[2]);
    }

    @Override
    public String getDescription() {
        return "modules";
    }
}
