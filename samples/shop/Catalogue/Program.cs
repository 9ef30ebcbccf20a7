using Shop.Catalogue;
using Shop.ServiceDefaults;

WebApplicationBuilder builder = ServiceDefaults.CreateBuilder(args);
WebApplication app = builder.Build();
app.MapDefaults();

Product[] products =
[
    new("governor", "Flyball governor, brass", 129_00),
    new("belt", "Drive belt, leather", 24_50),
    new("gauge", "Pressure gauge, 10 bar", 61_00),
    new("oiler", "Sight-feed oiler", 38_75),
];

app.MapGet("/products", () => products);
app.MapGet("/products/{id}", (string id) =>
    products.FirstOrDefault(product => product.Id == id) is { } found ? Results.Ok(found) : Results.NotFound());

app.Run();
