namespace Flyball.Gateway.Tests;

/// <summary>Waits for what has no notification of its own; half a minute at most, so that no test hangs.</summary>
internal static class Until
{
    private const int LooksMax = 6_000;

    public static Task HoldsAsync(Func<bool> condition) => HoldsAsync(() => ValueTask.FromResult(condition()));

    public static async Task HoldsAsync(Func<ValueTask<bool>> condition)
    {
        for (int looks = 0; !await condition(); looks++)
        {
            Assert.True(looks < LooksMax, "It does not come to pass.");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
