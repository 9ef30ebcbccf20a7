using System.CommandLine;

namespace Flyball.Autoscaling.Commands;

/// <summary>The options of <c>flyball backtest</c>.</summary>
internal sealed class BacktestArguments
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan SpanMax = TimeSpan.FromDays(3660);

    private readonly Option<string[]> policies = new("--policy")
    {
        Description = "A policy, once for each: default, hpa-50 to hpa-80, queue-aware-0, -10, -25 or -50, "
            + "clairvoyant, or a file with what stands below x-scale. [default: all built-in ones]",
    };

    private readonly Option<string?> series = new("--series")
    {
        Description = "The load: CSV with the header timestamp,value, a uniform step and no gaps.",
    };

    private readonly Option<string?> expression = new("--promql")
    {
        Description = "The load: PromQL for the server's metrics, such as "
            + "sum(rate(flyball_gateway_requests_total{upstream=\"shop.web\"}[1m])).",
    };

    private readonly Option<string?> range = new("--range")
    {
        Description = "With --promql, how far back to ask [default: 14d]; with --series, only so much of its end.",
    };

    private readonly Option<string?> startup = new("--startup")
    {
        Description = "From asking for a replica to its serving. "
            + "[default: 300s, or the series' step if that is longer]",
    };

    private readonly Option<string?> warmup = new("--warmup")
    {
        Description = "The beginning that policies see but that is not scored. "
            + "[default: 7d, or a quarter of the series if that is shorter]",
    };

    private readonly Option<string?> days = new("--days")
    {
        Description = "How much of the series is used, warm-up included: 27d. [default: all of it]",
    };

    private readonly Option<string?> tick = new("--tick")
    {
        Description = "From one decision to the next. [default: 15s]",
    };

    private readonly Option<double> meanReplicas = new("--mean-replicas")
    {
        Description = "The load is scaled so that its scored part is the work of so many replicas on average.",
        DefaultValueFactory = _ => 10,
    };

    private readonly Option<bool> constant = new("--constant")
    {
        Description = "Hold the load constant inside a step instead of interpolating: the worst case for forecasts.",
    };

    private readonly Option<bool> frontier = new("--frontier")
    {
        Description = "Compare the families hpa, queue-aware and default over their aggressiveness "
            + "instead of policies.",
    };

    private readonly Option<string?> wanted = new("--wanted")
    {
        Description = "Write the first policy's wanted replicas to this file, a line tick,replicas a tick.",
    };

    private readonly Option<string?> plot = new("--plot")
    {
        Description = "Draw the first policy's demand, capacity and forecast to this file, FILE.svg or FILE.png.",
    };

    private readonly Option<string> output = new Option<string>("--output", "-o")
    {
        Description = "table or json",
        DefaultValueFactory = _ => "table",
    }.AcceptOnlyFromAmong("table", "json");

    public IReadOnlyList<Option> All =>
    [
        policies, series, expression, range, startup, warmup, days, tick, meanReplicas, constant, frontier, wanted,
        plot, output,
    ];

    /// <exception cref="UsageException">An option is wrong, or two do not go together.</exception>
    public BacktestRequest Read(ParseResult parsed)
    {
        var request = new BacktestRequest
        {
            Policies = parsed.GetValue(policies) ?? [],
            SeriesPath = parsed.GetValue(series),
            Expression = parsed.GetValue(expression),
            Range = Span(range, TimeSpan.FromMinutes(1)),
            Startup = Span(startup, TimeSpan.FromSeconds(1), Day),
            Warmup = Span(warmup, TimeSpan.Zero),
            Length = Days(parsed.GetValue(days)),
            Tick = Span(tick, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)) ?? TimeSpan.FromSeconds(15),
            MeanReplicas = parsed.GetValue(meanReplicas),
            Constant = parsed.GetValue(constant),
            Frontier = parsed.GetValue(frontier),
            WantedPath = parsed.GetValue(wanted),
            PlotPath = parsed.GetValue(plot),
            Json = parsed.GetValue(output) == "json",
        };
        request.Check();
        return request;

        TimeSpan? Span(Option<string?> option, TimeSpan least, TimeSpan? most = null) =>
            OptionValues.Span(parsed.GetValue(option), option.Name, least, most ?? SpanMax);
    }

    // The option's name says the unit already: a bare number is one of days.
    private TimeSpan? Days(string? text) => OptionValues.Span(
        text is { Length: > 0 } && text.All(c => char.IsAsciiDigit(c) || c == '.') ? text + "d" : text, days.Name,
        TimeSpan.FromMinutes(1), SpanMax);
}
