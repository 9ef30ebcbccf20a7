using Flyball.Scheduling.Leading;

namespace Flyball.Scheduling.Tests.Leading;

public sealed class WakeQueueTests
{
    [Fact]
    public void TakeDue_ReturnsEachOnce_InOrderOfTime()
    {
        var queue = new WakeQueue();
        queue.Set("b", 20);
        queue.Set("a", 30);
        queue.Set("c", 10);
        queue.Set("b", 40);
        queue.Set("d", 5);
        queue.Set("d", null);

        Assert.Equal(10, queue.NextUnixMs);
        Assert.Equal(["c", "a"], queue.TakeDue(30));
        Assert.Equal(40, queue.NextUnixMs);
        Assert.Equal(["b"], queue.TakeDue(100));
        Assert.Null(queue.NextUnixMs);
    }
}
