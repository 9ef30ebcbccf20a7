namespace Flyball.Agent.Tests.Harness;

/// <summary>Waits for what has no notification of its own; a minute at most.</summary>
internal static class Eventually
{
    public static Task TrueAsync(Func<bool> condition) => TrueAsync(() => ValueTask.FromResult(condition()));

    public static async Task TrueAsync(Func<ValueTask<bool>> condition)
    {
        for (int i = 0; !await condition(); i++)
        {
            Assert.True(i < 6_000, "Waited a minute in vain.");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
