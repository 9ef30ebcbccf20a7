namespace Flyball.Simulation.Scenarios;

/// <summary>
/// Many seeds, each another cluster, another interleaving, other faults. <c>FLYBALL_SEED=N</c> runs that seed alone,
/// <c>FLYBALL_LONG=1</c> ten times as many.
/// </summary>
public sealed class SeedTests(ITestOutputHelper output)
{
    [Fact]
    public void Cluster_AnySeed_KeepsItsPromises()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("FLYBALL_SEED"), out int one))
        {
            output.WriteLine($"{SeedRun.Play(one)}");
            return;
        }

        int seeds = Environment.GetEnvironmentVariable("FLYBALL_LONG") == "1" ? 2_000 : 200;
        var failures = new List<string>();
        long answered = 0, calm = 0, faults = 0;
        for (int seed = 1; seed <= seeds; seed++)
        {
            try
            {
                SeedResult result = SeedRun.Play(seed);
                answered += result.Answered;
                calm += result.AnsweredInCalm;
                faults += result.Faults;
            }
            catch (SimulationFailure failure)
            {
                failures.Add(failure.Message);
            }
        }

        output.WriteLine($"{seeds} seeds, {faults} faults, {answered} requests answered, {calm} of them in calm");
        string each = string.Join(
            '\n', failures.Select(failure => failure[..failure.IndexOf('\n', StringComparison.Ordinal)]));
        Assert.True(
            failures.Count == 0,
            $"{failures.Count} of {seeds} seeds failed:\n{each}\nThe first:\n{failures.FirstOrDefault()}");
        // Otherwise the rules about requests would have had nothing to judge.
        Assert.True(calm > seeds * 100, "hardly any request was made in calm");
    }

    [Theory]
    [InlineData(3)]
    [InlineData(11)]
    public void Cluster_SameSeed_TakesTheSameSteps(int seed) => Assert.Equal(SeedRun.Play(seed), SeedRun.Play(seed));
}
