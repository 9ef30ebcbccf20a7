using System.Globalization;
using Flyball.Autoscaling.Backtesting;

// Runs `flyball backtest` without the rest of Flyball: the same options, the same runner.
try
{
    BacktestRunner.Run(Parse(args), Console.Out);
    return 0;
}
catch (Exception e) when (e is FormatException or ArgumentException or IOException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static BacktestOptions Parse(string[] args)
{
    var options = new BacktestOptions { SeriesPath = "" };
    List<string> policies = [];
    for (var i = 0; i < args.Length; i++)
    {
        string Next() => i + 1 < args.Length ? args[++i] : throw new FormatException($"{args[i]}: a value is missing");
        options = args[i] switch
        {
            "--policy" => Also(Next()),
            "--series" => options with { SeriesPath = Next() },
            "--range" => options with { Range = Span(Next()) },
            "--startup" => options with { Startup = Span(Next()) },
            "--warmup" => options with { Warmup = Span(Next()) },
            "--days" => options with { Days = Span(Next()) },
            "--tick" => options with { Tick = Span(Next()) },
            "--mean-replicas" => options with { MeanReplicas = double.Parse(Next(), CultureInfo.InvariantCulture) },
            "--constant" => options with { Constant = true },
            "--frontier" => options with { Frontier = true },
            "--wanted" => options with { WantedPath = Next() },
            "--plot" => options with { PlotPath = Next() },
            "-o" => options with { Json = Next() == "json" },
            _ => throw new FormatException($"unknown option {args[i]}"),
        };
    }
    return policies.Count > 0 ? options with { Policies = policies } : options;

    BacktestOptions Also(string policy)
    {
        policies.AddRange(policy.Split(','));
        return options;
    }
}

// 15s, 5m, 1h, 7d; a bare number is in seconds.
static TimeSpan Span(string text)
{
    var unit = text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => 0 };
    var number = unit == 0 ? text : text[..^1];
    return double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= 0
        ? TimeSpan.FromSeconds(value * Math.Max(1, unit))
        : throw new FormatException($"'{text}' is not a duration such as 15s, 5m, 1h or 7d");
}
