package io.scaleph.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.StatementSet;
import org.apache.flink.table.api.TableEnvironment;

/**
 * Runs a SQL script as one Flink application: a folder of files, one statement each, in the order of their names.
 *
 * <p>An application has one job, whose id the operator sets, so all INSERTs go into one statement set, which is
 * executed at the end. A failure names the file: a statement may hold a secret, so it is quoted nowhere.
 */
public final class SqlRunner {

    private static final Pattern SET =
            Pattern.compile("SET\\s+'((?:''|[^'])*)'\\s*=\\s*'((?:''|[^'])*)'", Pattern.CASE_INSENSITIVE);

    private SqlRunner() {}

    public static void main(String[] arguments) throws IOException {
        List<Path> files = statements(Paths.get(arguments[0]));
        Configuration first = new Configuration();
        int start = 0;
        // The mode, batch or streaming, is settled when the environment is made.
        while (start < files.size() && set(files.get(start), first)) {
            start++;
        }
        EnvironmentSettings settings = EnvironmentSettings.newInstance().withConfiguration(first).build();
        TableEnvironment tables = TableEnvironment.create(settings);
        StatementSet inserts = tables.createStatementSet();
        for (Path file : files.subList(start, files.size())) {
            run(tables, inserts, file);
        }
        inserts.execute();
    }

    private static List<Path> statements(Path folder) throws IOException {
        try (Stream<Path> listed = Files.list(folder)) {
            List<Path> files = listed.filter(each -> each.toString().endsWith(".sql")).sorted().collect(Collectors.toList());
            if (files.isEmpty()) {
                throw new IllegalArgumentException(folder + " has no statements");
            }
            return new ArrayList<>(files);
        }
    }

    private static void run(TableEnvironment tables, StatementSet inserts, Path file) throws IOException {
        String statement = text(file);
        Configuration option = new Configuration();
        if (set(file, option)) {
            option.toMap().forEach(tables.getConfig()::set);
            return;
        }
        try {
            if (statement.regionMatches(true, 0, "INSERT", 0, 6)) {
                inserts.addInsertSql(statement);
            } else {
                tables.executeSql(statement);
            }
        } catch (RuntimeException error) {
            throw new IllegalStateException(file.getFileName() + " failed: " + cause(error), error);
        }
    }

    private static boolean set(Path file, Configuration option) throws IOException {
        Matcher found = SET.matcher(text(file));
        if (!found.matches()) {
            return false;
        }
        option.setString(found.group(1).replace("''", "'"), found.group(2).replace("''", "'"));
        return true;
    }

    private static String cause(Throwable error) {
        Throwable last = error;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        return last.getClass().getSimpleName();
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).trim();
    }
}
