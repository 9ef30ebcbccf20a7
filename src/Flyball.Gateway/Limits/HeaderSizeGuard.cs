using Flyball.Gateway.Forwarding;
using Flyball.Gateway.Guarding;
using Flyball.Gateway.Routing.Conditions;

namespace Flyball.Gateway.Limits;

/// <summary>Bounds the headers of a route's requests more narrowly than the gateway does.</summary>
internal sealed class HeaderSizeGuard(int bytesMax) : IRouteGuard
{
    public string Name => "header-size";

    public bool LoopsDo => true;

    public GuardRefusal? Check<TFacts>(in TFacts facts, Passage passage)
        where TFacts : IRequestFacts, allows ref struct =>
        facts.HeaderBytes <= bytesMax
            ? null
            : new GuardRefusal(Refusal.HeadersTooLarge, $"At most {bytesMax} bytes of headers are taken here.");
}
