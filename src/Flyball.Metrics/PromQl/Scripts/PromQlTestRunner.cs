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
        var store = new MemoryStore();
        var runner = new EvalRunner(new QueryEngine(experimental ? Experimental : new QueryOptions(), time), store);
        int passed = 0;
        var differences = new List<string>();
        foreach (object? command in ScriptParser.Parse(script))
        {
            switch (command)
            {
                case null:
                    store.Clear();
                    break;
                case LoadCommand load:
                    load.Execute(store);
                    break;
                case ScriptException broken:
                    differences.Add($"{name}:{broken.Line}: {broken.Message}");
                    break;
                case EvalCommand eval when Run(runner, eval) is { } difference:
                    differences.Add($"{name}:{eval.Line}: {eval.Expression}: {difference}");
                    break;
                default:
                    passed++;
                    break;
            }
        }

        return new ScriptReport(passed, differences);
    }

    /// <summary>A bug in the engine fails its evaluation, not the run.</summary>
    private static string? Run(EvalRunner runner, EvalCommand command)
    {
        try
        {
            return runner.Run(command);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return $"the engine threw {e.GetType().Name}: {e.Message}";
        }
    }
}
