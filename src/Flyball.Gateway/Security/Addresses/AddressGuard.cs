using Flyball.Contracts.Gateway.Security;
using Flyball.Gateway.Forwarding;
using Flyball.Gateway.Guarding;
using Flyball.Gateway.Routing.Conditions;

namespace Flyball.Gateway.Security.Addresses;

/// <summary>Lets requests pass by where they come from.</summary>
internal sealed class AddressGuard(RouteAddresses addresses) : IRouteGuard
{
    private readonly AddressRules rules = new(addresses);

    public string Name => "address";

    public bool LoopsDo => true;

    public GuardRefusal? Check<TFacts>(in TFacts facts, Passage passage)
        where TFacts : IRequestFacts, allows ref struct =>
        rules.Lets(passage.Client)
            ? null
            : new GuardRefusal(Refusal.Address, $"Requests from {passage.Client} are not taken here.");
}
