using Flyball.Autoscaling.Commands;

namespace Flyball.Autoscaling.Tests.Commands;

public sealed class BacktestCommandTests
{
    [Theory]
    [InlineData("--policy no-such-file.yaml")]
    [InlineData("--policy queue-aware-2000000000")]
    [InlineData("--wanted no-such-folder/wanted.csv")]
    [InlineData("--plot no-such-folder/run.svg")]
    public async Task Run_FileThatCannotBeUsed_IsSaidBeforeAnyLoadIsFetched(string line)
    {
        var isOpened = false;
        var command = BacktestCommand.Create(new BacktestSources((_, _) => (null, ["none"]), [], _ =>
        {
            isOpened = true;
            throw new FormatException("opened");
        }));
        var code = await command.Parse("--promql x " + line)
            .InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(2, code);
        Assert.False(isOpened);
    }
}
