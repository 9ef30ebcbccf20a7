using System.CommandLine;

namespace Flyball.Load.Commands;

/// <summary>The argument and options of <c>flyball load</c>.</summary>
internal sealed class LoadArguments
{
    public Argument<string> Url { get; } = new("URL") { Description = "Where to: http://HOST[:PORT]/PATH?QUERY." };

    public Option<string?> Rate { get; } = new("--rate") { Description = "A constant rate: 200/s or 12000/m." };

    public Option<string?> Shape { get; } = new("--shape")
    {
        Description = "A recorded load: CSV with the header timestamp,value, a uniform step and no gaps. "
            + "Its highest value becomes --peak, its length --over.",
    };

    public Option<string?> Peak { get; } = new("--peak")
    {
        Description = "With --shape, the rate of its highest value.",
    };

    public Option<string?> Skip { get; } = new("--skip") { Description = "With --shape, leave out its beginning: 3d." };

    public Option<string?> Take { get; } = new("--take") { Description = "With --shape, only so much of it: 1d." };

    public Option<string?> Ramp { get; } = new("--ramp") { Description = "From one rate to another: 50/s..300/s." };

    public Option<string?> Steps { get; } = new("--steps")
    {
        Description = "Levels, one after the other, each as long: 50/s,100/s,200/s.",
    };

    public Option<string?> Sine { get; } = new("--sine")
    {
        Description = "Waves between two rates, from the first one on: 50/s..300/s.",
    };

    public Option<string?> Period { get; } = new("--period")
    {
        Description = "With --sine, a wave's length. [default: 1m]",
    };

    public Option<string?> Over { get; } = new("--over", "--duration", "-d")
    {
        Description = "How long it takes. [default: 30s]",
    };

    public Option<string> Arrivals { get; } = new Option<string>("--arrivals")
    {
        Description = "poisson: at random, as independent users come; uniform: evenly.",
        DefaultValueFactory = _ => "poisson",
    }.AcceptOnlyFromAmong("poisson", "uniform");

    public Option<int> Seed { get; } = new("--seed")
    {
        Description = "Of poisson: the same seed gives the same times.", DefaultValueFactory = _ => 1,
    };

    public Option<int> Connections { get; } = new("--connections", "-c")
    {
        Description = "At most so many at once; a request that finds none free waits, and its latency grows.",
        DefaultValueFactory = _ => 256,
    };

    public Option<string> RequestTimeout { get; } = new("--timeout")
    {
        Description = "A request without an answer this long after it was due is given up.",
        DefaultValueFactory = _ => "10s",
    };

    public Option<string> Method { get; } = new("--method", "-X")
    {
        Description = "The request's method. [default: GET, with a body POST]", DefaultValueFactory = _ => "",
    };

    public Option<string[]> Header { get; } = new("--header", "-H")
    {
        Description = "A header, once for each: 'Host: shop.localhost'.",
    };

    public Option<string?> Body { get; } = new("--body") { Description = "The request's body as text, or @FILE." };

    public Option<string?> Slo { get; } = new("--slo")
    {
        Description = "Count answers later than this, from when they were due: 250ms.",
    };

    public Option<string?> Out { get; } = new("--out")
    {
        Description = "Write the course to this CSV, a line an interval.",
    };

    public Option<string> Interval { get; } = new("--interval")
    {
        Description = "From one line of the course to the next.", DefaultValueFactory = _ => "1s",
    };

    public Option<string> Output { get; } = new Option<string>("--output", "-o")
    {
        Description = "table or json", DefaultValueFactory = _ => "table",
    }.AcceptOnlyFromAmong("table", "json");

    public void AddTo(Command command)
    {
        command.Add(Url);
        foreach (Option option in (Option[])
            [
                Rate, Shape, Peak, Skip, Take, Ramp, Steps, Sine, Period, Over, Arrivals, Seed, Connections,
                RequestTimeout, Method, Header, Body, Slo, Out, Interval, Output,
            ])
            command.Add(option);
    }
}
