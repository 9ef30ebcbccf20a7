using Flyball.Base.Resources;

namespace Flyball.Store.Watching;

/// <summary>For readers that keep recent changes only: whoever is further behind lists again.</summary>
internal sealed class NoChangeLog : IChangeLog
{
    public static readonly NoChangeLog Instance = new();

    public ValueTask<ChangeBatch?> ReadAsync(
        Revision after, Revision through, KindFilter filter, int batchMax, CancellationToken cancellation) =>
        new((ChangeBatch?)null);
}
