package dev.postern.signaling.protocol;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.EntityTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.doctree.ValueTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SimpleDocTreeVisitor;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * The javadoc of this package's sources as plain text, by class and member. Constants are told as the wire has them: a
 * link to {@link PeerEvent#LEAVE} reads `leave`.
 */
/*
 * Javadoc is not in class files, and saying everything a second time in annotations would give each sentence two owners.
 * So the compiler of the JDK reads the sources once more, for the comments alone. That costs under a second, in tests
 * only, and nobody who uses the protocol needs it: what is made from it is committed.
 */
final class Comments {

    private static final String PACKAGE = Comments.class.getPackageName();

    private final Map<String, DocCommentTree> byName = new LinkedHashMap<>();
    private final List<String> types = new ArrayList<>();

    private Comments() {}

    /** Reads all sources of a folder. */
    static Comments of(Path sources) {
        Comments comments = new Comments();
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (Stream<Path> files = Files.list(sources);
                StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            var units = manager.getJavaFileObjectsFromPaths(
                    files.filter(file -> file.toString().endsWith(".java"))
                            .sorted()
                            .toList());
            var task = (JavacTask) compiler.getTask(null, manager, null, List.of("-proc:none"), null, units);
            Scanner scanner = comments.new Scanner(DocTrees.instance(task));
            for (CompilationUnitTree unit : task.parse()) {
                scanner.scan(unit, "");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return comments;
    }

    /** The place of a type among all, in the order of the sources. */
    int place(Class<?> type) {
        return types.indexOf(nameOf(type));
    }

    /** What is said of a type, whole. */
    String ofType(Class<?> type) {
        return required(nameOf(type), text(nameOf(type), comment -> comment.getFullBody(), type));
    }

    /** The first sentence of what is said of a type. */
    String firstOfType(Class<?> type) {
        return required(nameOf(type), text(nameOf(type), comment -> comment.getFirstSentence(), type));
    }

    /** What is said of a constant of an enum, or of a field. */
    String ofConstant(Class<?> type, String constant) {
        String name = nameOf(type) + "#" + constant;
        return required(name, text(name, comment -> comment.getFullBody(), type));
    }

    /** The first sentence of what is said of a constant. */
    String firstOfConstant(Class<?> type, String constant) {
        String name = nameOf(type) + "#" + constant;
        return required(name, text(name, comment -> comment.getFirstSentence(), type));
    }

    /** What is said of a constant behind the first sentence. */
    String restOfConstant(Class<?> type, String constant) {
        String name = nameOf(type) + "#" + constant;
        return required(name + ", second sentence", text(name, comment -> comment.getBody(), type));
    }

    /** The {@code @param} of a record's component, or else what an interface of the record says of its accessor. */
    String ofComponent(Class<?> record, String component) {
        String own = text(nameOf(record), comment -> parameter(comment, component), record);
        String inherited = own != null ? own : ofAccessor(record, component);
        String text = required(nameOf(record) + ", @param " + component, inherited);
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    private @Nullable String ofAccessor(Class<?> type, String name) {
        for (Class<?> parent : type.getInterfaces()) {
            String here = text(nameOf(parent) + "#" + name, comment -> comment.getFullBody(), parent);
            String found = here != null ? here : ofAccessor(parent, name);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private @Nullable String text(String name, Part part, Class<?> at) {
        DocCommentTree comment = byName.get(name);
        List<? extends DocTree> trees = comment == null ? null : part.of(comment);
        if (trees == null || trees.isEmpty()) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        new Plain(at).visit(trees, text);
        return text.toString().replaceAll("\\s+", " ").strip();
    }

    private static @Nullable List<? extends DocTree> parameter(DocCommentTree comment, String component) {
        for (DocTree tag : comment.getBlockTags()) {
            if (tag instanceof ParamTree param
                    && !param.isTypeParameter()
                    && param.getName().getName().contentEquals(component)) {
                return param.getDescription();
            }
        }
        return null;
    }

    private static String required(String name, @Nullable String text) {
        if (text == null || text.isBlank()) {
            throw new IllegalStateException("the protocol is documented by its javadoc, and there is none for " + name);
        }
        return text;
    }

    private static String nameOf(Class<?> type) {
        return type.getName().substring(PACKAGE.length() + 1).replace('$', '.');
    }

    private interface Part {

        @Nullable
        List<? extends DocTree> of(DocCommentTree comment);
    }

    /** Takes the comment of each type, and of each member under {@code Type#member}. */
    private final class Scanner extends TreePathScanner<@Nullable Void, String> {

        private final DocTrees trees;

        Scanner(DocTrees trees) {
            this.trees = trees;
        }

        @Override
        public @Nullable Void visitClass(ClassTree tree, String outer) {
            String name = outer.isEmpty() ? tree.getSimpleName().toString() : outer + "." + tree.getSimpleName();
            types.add(name);
            take(name);
            return super.visitClass(tree, name);
        }

        @Override
        public @Nullable Void visitVariable(VariableTree tree, String outer) {
            take(outer + "#" + tree.getName());
            return null;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree tree, String outer) {
            take(outer + "#" + tree.getName());
            return null;
        }

        private void take(String name) {
            DocCommentTree comment = trees.getDocCommentTree(getCurrentPath());
            if (comment != null) {
                byName.put(name, comment);
            }
        }
    }

    /** Appends what a person reads. */
    private static final class Plain extends SimpleDocTreeVisitor<@Nullable Void, StringBuilder> {

        private final Class<?> at;

        Plain(Class<?> at) {
            this.at = at;
        }

        @Override
        public @Nullable Void visitText(TextTree tree, StringBuilder text) {
            text.append(tree.getBody());
            return null;
        }

        @Override
        public @Nullable Void visitEntity(EntityTree tree, StringBuilder text) {
            throw new IllegalStateException("say it without &" + tree.getName() + "; in " + nameOf(at));
        }

        @Override
        public @Nullable Void visitLiteral(LiteralTree tree, StringBuilder text) {
            text.append('`').append(tree.getBody().getBody()).append('`');
            return null;
        }

        @Override
        public @Nullable Void visitLink(LinkTree tree, StringBuilder text) {
            text.append(wireWord(tree.getReference().getSignature()));
            return null;
        }

        @Override
        public @Nullable Void visitValue(ValueTree tree, StringBuilder text) {
            text.append(wireWord(tree.getReference().getSignature()));
            return null;
        }

        /** A constant by its value, an enum's constant by its word, anything else by its own name. */
        private String wireWord(String signature) {
            int hash = signature.indexOf('#');
            String owner = hash < 0 ? signature : signature.substring(0, hash);
            String member = hash < 0 ? "" : signature.substring(hash + 1).replaceFirst("\\(.*", "");
            Object value = constant(owner, member);
            if (value instanceof WireNamed named) {
                return "`" + named.wireName() + "`";
            }
            if (value != null) {
                return value.toString();
            }
            return "`" + (member.isEmpty() ? owner.replaceFirst(".*\\.", "") : member) + "`";
        }

        private @Nullable Object constant(String owner, String member) {
            try {
                Class<?> type = owner.isEmpty() ? at : Class.forName(PACKAGE + "." + owner.replace('.', '$'));
                Field field = type.getDeclaredField(member);
                field.setAccessible(true);
                return Modifier.isStatic(field.getModifiers()) ? field.get(null) : null;
            } catch (ReflectiveOperationException e) {
                return null;
            }
        }
    }
}
