namespace Flyball.Tests.Harness;

/// <summary>
/// Waits for something that another process does; the bound is patience for a busy machine, not an assertion about
/// speed.
/// </summary>
internal static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    public static Task TrueAsync(
        Func<Task<bool>> condition, TimeSpan patience, Func<string> explain, Running? alive = null) =>
        GetAsync<object>(
            async () => await condition() ? condition : null, patience, () => Task.FromResult(explain()), alive);

    public static async Task<T> GetAsync<T>(
        Func<Task<T?>> get, TimeSpan patience, Func<Task<string>> explain, Running? alive = null)
        where T : class
    {
        DateTime end = DateTime.UtcNow + patience;
        Exception? last = null;
        while (DateTime.UtcNow < end)
        {
            try
            {
                if (await get() is { } found) return found;
                last = null;
            }
            catch (HttpRequestException e)
            {
                last = e;
            }

            if (alive is { Process.HasExited: true })
                Assert.Fail($"The process ended with {alive.Process.ExitCode}: {alive.Output}");
            await Task.Delay(Interval, TestContext.Current.CancellationToken);
        }

        string said;
        try
        {
            said = await explain();
        }
        catch (HttpRequestException e)
        {
            said = e.Message;
        }

        Assert.Fail($"Did not happen within {patience.TotalSeconds:0} s. {last?.Message}\n{said}");
        throw new InvalidOperationException();
    }
}
