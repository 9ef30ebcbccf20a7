using Flyball.Base.Resources;
using Flyball.Contracts;

namespace Flyball.Gateway.Security.Keys;

/// <summary>The consumers that a gateway knows now: replaced as a whole when the store's change.</summary>
internal sealed class ConsumerDirectory
{
    public static readonly string[] WatchedKinds = [Kinds.Consumer.Name];

    private volatile ConsumerTable current = ConsumerTable.Empty;

    public ConsumerTable Current => current;

    public void Apply(ResourceSnapshot snapshot) => current = ConsumerTable.Of(snapshot);
}
