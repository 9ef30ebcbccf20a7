using Flyball.Metrics.PromQl.Evaluation;

namespace Flyball.Metrics.PromQl.Scripts;

/// <summary>Runs scripts in Prometheus' promqltest language against an engine over series in memory.</summary>
internal sealed class PromQlTestRunner(TimeProvider time)
{
    /// <summary>As Prometheus runs its own scripts: experimental parts on, lookback and limits as by default.</summary>
    public static QueryOptions Experimental => new()
    {
        Features = PromQlFeatures.All,
        DelayedNameRemoval = true,
        StartTimestamps = true,
    };

    /// <summary>Runs scripts from files and writes each difference, then <c>N passed, N failed</c>.</summary>
    /// <returns>0 when all passed, 1 otherwise.</returns>
    public int RunFiles(IEnumerable<string> paths, bool experimental, TextWriter output)
    {
        int passed = 0, failed = 0;
        foreach (string path in paths)
        {
            ScriptReport report = RunScript(path, File.ReadAllText(path), experimental);
            foreach (string difference in report.Differences) output.WriteLine(difference);
            passed += report.Passed;
            failed += report.Failed;
        }

        output.WriteLine($"{passed} passed, {failed} failed");
        return failed == 0 ? 0 : 1;
    }

    public ScriptReport RunScript(string name, string script, bool experimental)
    {
        List<object?> commands;
        try
        {
            commands = ScriptParser.Parse(script);
        }
        catch (ScriptException e)
        {
            return new ScriptReport(0, [$"{name}:{e.Line}: {e.Message}"]);
        }

        var store = new MemoryStore();
        var runner = new EvalRunner(new QueryEngine(experimental ? Experimental : new QueryOptions(), time), store);
        int passed = 0;
        var differences = new List<string>();
        foreach (object? command in commands)
        {
            if (command is null) store.Clear();
            else if (command is LoadCommand load) load.Execute(store);
            else if (command is EvalCommand eval && runner.Run(eval) is { } difference)
                differences.Add($"{name}:{eval.Line}: {eval.Expression}: {difference}");
            else passed++;
        }

        return new ScriptReport(passed, differences);
    }
}
