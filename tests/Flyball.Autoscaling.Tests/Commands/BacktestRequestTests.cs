using System.CommandLine;
using Flyball.Autoscaling.Backtesting;
using Flyball.Autoscaling.Commands;

namespace Flyball.Autoscaling.Tests.Commands;

public sealed class BacktestRequestTests
{
    private static readonly LoadSeries Week = new(
        DateTimeOffset.UnixEpoch, TimeSpan.FromMinutes(1), new double[7 * 1440]);

    [Fact]
    public void Complete_NothingGiven_TakesTheDocumentedDefaults()
    {
        var options = Parse("--series x.csv").Complete(Week);
        Assert.Equal(PolicyCatalog.Names, options.Policies);
        Assert.Equal(TimeSpan.FromSeconds(300), options.Startup);
        Assert.Equal(TimeSpan.FromSeconds(15), options.Tick);
        Assert.Equal(10, options.MeanReplicas);
        // Seven days would leave nothing of a week to score.
        Assert.Equal(TimeSpan.FromDays(7) / 4, options.Warmup);
    }

    [Fact]
    public void Complete_StepLongerThanTheStandardStartup_StartsInAStep() =>
        Assert.Equal(
            TimeSpan.FromMinutes(30),
            Parse("--series x.csv").Complete(Week with { Step = TimeSpan.FromMinutes(30) }).Startup);

    [Fact]
    public void Complete_ProtocolsOptions_AreTakenAsGiven()
    {
        var options = Parse(
            "--series x.csv --startup 300s --warmup 2d --days 6d --tick 30s --mean-replicas 5 --constant "
            + "--policy hpa-60")
            .Complete(Week);
        Assert.Equal(
            (TimeSpan.FromSeconds(300), TimeSpan.FromDays(2), TimeSpan.FromDays(6), TimeSpan.FromSeconds(30), 5.0,
                true),
            (options.Startup, options.Warmup, options.Length!.Value, options.Tick, options.MeanReplicas,
                options.Constant));
        Assert.Equal(["hpa-60"], options.Policies);
        Assert.Equal(TimeSpan.FromDays(6), Parse("--series x.csv --days 6").Complete(Week).Length);
        Assert.Equal(TimeSpan.FromHours(12), Parse("--series x.csv --days 0.5").Length);
    }

    [Theory]
    [InlineData("", "either --series")]
    [InlineData("--series a --promql b", "either --series")]
    [InlineData("--series a --startup 300", "--startup: '300' is not a duration")]
    [InlineData("--series a --startup 2d", "--startup: 2d is not from 1s to 1d")]
    [InlineData("--series a --startup 5s", "--startup: must not be shorter than --tick")]
    [InlineData("--series a --mean-replicas 0", "--mean-replicas")]
    [InlineData("--series a --mean-replicas NaN", "--mean-replicas")]
    [InlineData("--series a --plot a.gif", "--plot")]
    [InlineData("--series a --frontier --policy default", "leave --policy away")]
    [InlineData("--series a --frontier --plot a.svg", "leave --frontier away")]
    public void Read_OptionsThatAreWrong_NamesThem(string line, string said) =>
        Assert.Contains(said, Assert.Throws<UsageException>(() => Parse(line)).Message);

    [Theory]
    [InlineData("--startup 30s", "longer than the start-up of 30s")]
    [InlineData("--warmup 7d", "--warmup: 7d leaves nothing to score of 7d")]
    [InlineData("--days 2d --warmup 3d", "--warmup: 3d leaves nothing to score of 2d")]
    [InlineData("--tick 5m", "--tick: 5m is longer than the series' step of 1m")]
    public void Complete_OptionsThatDoNotFitTheSeries_SaysWhich(string line, string said) =>
        Assert.Contains(
            said, Assert.Throws<UsageException>(() => Parse("--series x.csv " + line).Complete(Week)).Message);

    [Fact]
    public void Complete_ConstantWithAShortStartup_LeaksNothingAndRuns() =>
        Assert.True(Parse("--series x.csv --startup 30s --constant").Complete(Week).Constant);

    private static BacktestRequest Parse(string line)
    {
        var arguments = new BacktestArguments();
        var command = new Command("backtest");
        foreach (var option in arguments.All)
            command.Add(option);
        var parsed = command.Parse(line);
        Assert.Empty(parsed.Errors);
        return arguments.Read(parsed);
    }
}
