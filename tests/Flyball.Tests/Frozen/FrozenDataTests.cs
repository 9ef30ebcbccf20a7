using Flyball.Tests.Harness;

namespace Flyball.Tests.Frozen;

/// <summary>
/// Data directories as released versions wrote them: each must open, its tokens be valid, and what it wants run. A new
/// format gets a folder of its own here; the old ones stay.
/// </summary>
public sealed class FrozenDataTests
{
    [Theory]
    [InlineData("v1")]
    public async Task Server_OnAFrozenDirectory_RunsWhatItWants(string version)
    {
        // The frozen workload's tasks work where its Compose file stood when the directory was made.
        Directory.CreateDirectory("/tmp/fz");
        await using Platform platform = await Platform.StartAsync(
            frozenData: Path.Combine(Executables.Root, "tests/Flyball.Tests/Frozen", version));

        Instance[] running = await platform.WaitForAsync("frozen.sleeper", 3);

        Assert.Equal([0, 1, 2], running.Select(instance => instance.Index).Order());
        Assert.Equal(
            "frozen.localhost", Assert.Single(await platform.ListAsync("routes")).GetProperty("host").GetString());
        (_, string audit) = await platform.CliAsync("events", "--table", "audit");
        Assert.Contains("scale", audit, StringComparison.Ordinal);
    }
}
